/**
 * What a scenario needs beyond the servers of the tests: `peers` are the programs it is compared with, `window` is an Electron
 * and a display, `bluesky` are Bluesky's own servers.
 *
 * @typedef {'peers' | 'window' | 'bluesky'} Need
 */

/**
 * One scenario: `test/bench/NAME/scenario.ts`, a process of its own.
 *
 * @typedef {object} Scenario
 * @property {string} name
 * @property {readonly Need[]} needs
 * @property {readonly string[]} [full] its arguments in a full run
 * @property {readonly string[]} [quick] its arguments beside `--quick` in a quick one
 */

/** All of them in the order of a full run: what makes mailboxes and indexes comes before what reads them. @type {readonly Scenario[]} */
export const scenarios = [
  { name: 'sync', needs: ['peers'] },
  { name: 'search', needs: ['peers'] },
  { name: 'lists', needs: [] },
  { name: 'window', needs: ['window'] },
  {
    name: 'channels-idle',
    needs: ['bluesky'],
    quick: ['--share=0.05', '--seconds=10', '--settle=12', '--timed=0'],
  },
  { name: 'team', needs: [] },
];
