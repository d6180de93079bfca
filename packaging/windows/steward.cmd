@echo off
rem Steward's command line: the same program as the window, started without one.
"%~dp0..\..\Steward.exe" --cli -- %*
