import type { HandMade } from '../conformance/hand-made.ts'
import type { Scene, Step } from './scene.ts'

const publisher = 'handpublisher'
const solution = (name: string, version: string, more: Partial<HandMade> = {}): HandMade => ({
  name,
  version,
  publisher,
  isManaged: true,
  ...more,
})
const bring = (of: HandMade): Step => ({ kind: 'bring', how: 'update', solution: of })
const boat = (label: string) => [{ name: 'hand_boat', isWhole: true, isListed: false, label }]
const closedBoat = [{ ...boat('Small')[0], name: 'hand_boat', isClosed: true }]
const columnOfBoat = [{ name: 'hand_boat', isWhole: false, columns: [{ name: 'hand_c', maxLength: 30 }] }]

const patchAddsToTheirTable = [
  bring(solution('Fleet', '1.0.0.0')),
  bring(solution('Harbour', '1.0.0.0', { tables: boat('Small') })),
  bring(solution('Fleet_Patch_1', '1.0.1.0', { tables: columnOfBoat, patchOf: { name: 'Fleet', version: '1.0.0.0' } })),
]

const lockedTheirs = solution('Harbour', '1.0.0.0', {
  publisher: 'somebodyelse',
  prefix: 'other',
  tables: [{ ...boat('Small')[0], name: 'hand_boat', columns: [{ name: 'hand_c', maxLength: 50, isLocked: true }] }],
})

const siteMaps = [{ name: 'hand_map', pages: { sub_a: '/boats' }, tables: [] }]

interface KeptScene {
  readonly scene: Scene
  /** What the boat is called afterwards, by section H. */
  readonly label: string
}

/**
 * Scenes in which forecast and environment once disagreed, each with what the documented rules say of it. A solution's layer takes its own
 * place, patches are inside that, and a layer does not move above solutions that came later [web-api H.1, H.2].
 */
export const keptScenes: Readonly<Record<string, KeptScene>> = {
  'a table in which only a patch had a column, which the next version says something of': {
    scene: {
      steps: patchAddsToTheirTable,
      release: solution('Fleet', '2.0.0.0', { tables: boat('Tiny') }),
      knowsInstalled: false,
      stagesUpgrades: false,
    },
    label: 'Tiny',
  },
  'the same table, on which another solution came after the patch': {
    scene: {
      steps: [...patchAddsToTheirTable, bring(solution('Quay', '1.0.0.0', { tables: boat('Large') }))],
      release: solution('Fleet', '2.0.0.0', { tables: boat('Tiny') }),
      knowsInstalled: false,
      stagesUpgrades: false,
    },
    label: 'Large',
  },
  'a column that only another publisher may change, which the release says something else of': {
    scene: {
      steps: [bring(lockedTheirs)],
      release: solution('Fleet', '1.0.0.0', { tables: columnOfBoat }),
      knowsInstalled: false,
      stagesUpgrades: false,
    },
    label: 'Small',
  },
  'a table that its publisher closed to new columns, to which the release adds one': {
    scene: {
      steps: [bring(solution('Harbour', '1.0.0.0', { publisher: 'somebodyelse', prefix: 'other', tables: closedBoat }))],
      release: solution('Fleet', '1.0.0.0', { tables: columnOfBoat }),
      knowsInstalled: false,
      stagesUpgrades: false,
    },
    label: 'Small',
  },
  'a site map that somebody made by hand, which the release brings too': {
    scene: {
      steps: [
        bring(solution('Harbour', '1.0.0.0', { tables: boat('Small') })),
        bring({ ...solution('ByHand', '1.0.0.0', { siteMaps }), isManaged: false }),
      ],
      release: solution('Fleet', '1.0.0.0', { siteMaps, tables: boat('Tiny') }),
      knowsInstalled: false,
      stagesUpgrades: false,
    },
    label: 'Small',
  },
}
