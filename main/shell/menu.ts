import { Menu, app, type MenuItemConstructorOptions } from 'electron';
import type { Words } from '#shared/messages/format.ts';
import { platform } from './platform.ts';

/** Sets the application menu: the system's own items in the system's own order, words from the catalogue. */
export const setMenu = (words: Words): void => {
  const template: MenuItemConstructorOptions[] = [
    ...(platform.menuBar ? [{ role: 'appMenu' } satisfies MenuItemConstructorOptions] : []),
    {
      label: words('menu.file'),
      submenu: [platform.menuBar ? { role: 'close' } : { role: 'quit', label: words('menu.quit') }],
    },
    { role: 'editMenu', label: words('menu.edit') },
    {
      label: words('menu.view'),
      submenu: [
        { role: 'resetZoom', label: words('menu.zoom.reset') },
        { role: 'zoomIn', label: words('menu.zoom.in') },
        { role: 'zoomOut', label: words('menu.zoom.out') },
        { type: 'separator' },
        { role: 'togglefullscreen', label: words('menu.fullscreen') },
        ...(app.isPackaged
          ? []
          : [{ role: 'toggleDevTools', label: words('menu.devtools') } satisfies MenuItemConstructorOptions]),
      ],
    },
    { role: 'windowMenu', label: words('menu.window') },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
};
