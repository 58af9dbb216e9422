import fc from 'fast-check'
import type { HandMade } from '../conformance/hand-made.ts'
import { makeSolution } from './make-solution.ts'
import type { Says, TableSays } from './says.ts'
import { added, others, ours, together } from './says.ts'
import type { DataStep, FlowWish, Row, Scene, Step } from './scene.ts'
import { columns, otherPublisher, ourSolution, tables } from './scene.ts'

const ourPublisher = 'handpublisher'
const row: fc.Arbitrary<Row> = fc.record({
  table: fc.constantFrom(...tables),
  columns: fc.subarray([...columns]),
  isLinked: fc.boolean(),
  isSized: fc.boolean(),
})
const data: fc.Arbitrary<DataStep> = fc.record({
  kind: fc.constant('data' as const),
  rows: fc.array(row, { maxLength: 5 }),
  assignsRole: fc.boolean(),
  switchesFlow: fc.constantFrom(undefined, 'on', 'off'),
})
const flowWish: fc.Arbitrary<FlowWish> = fc.record({
  release: fc.constantFrom('on', 'off'),
  settings: fc.constantFrom(undefined, undefined, 'on', 'off'),
  earlier: fc.constantFrom(undefined, 'on', 'off'),
})
/** Before anything of ours, after our first version, or after all of ours. */
type Moment = 'first' | 'after' | 'last'
const moment = fc.constantFrom<Moment>('first', 'after', 'last')

interface Coming {
  readonly says: Says
  readonly comes: Moment
}

interface Stranger extends Coming {
  readonly publisher: string
}

const stranger = fc.record<Stranger>({ says: others, publisher: fc.constantFrom(ourPublisher, otherPublisher), comes: moment })
const byHand = fc.record<Coming>({ says: fc.oneof({ weight: 9, arbitrary: added }, { weight: 1, arbitrary: others }), comes: moment })

/** What makes the platform refuse everything, in one scene of some. */
const trouble = fc.oneof(
  { weight: 24, arbitrary: fc.constant(undefined) },
  { weight: 4, arbitrary: fc.constantFrom('another publisher', 'unmanaged', 'no higher version', 'pending upgrade') },
)

type Hows = Readonly<Partial<Record<string, TableSays['how']>>>

interface Told {
  /**
   * How we carry a table where that is not with all its parts, in all versions: what becomes of parts when that changes between versions is
   * nowhere documented.
   */
  readonly hows: Hows
  /** One scene in ten has nothing of ours yet. */
  readonly installs: number
  readonly first: Says
  readonly patch: Says | undefined
  readonly update: Says | undefined
  readonly next: Says
  readonly strangers: readonly Stranger[]
  readonly hand: Coming | undefined
  readonly data: DataStep
  readonly trouble: string | undefined
  /** Zero where the file of the installed version is not at hand. */
  readonly knowsInstalled: number
  /** Two where the tier stages upgrades that destroy data. */
  readonly staging: number
  readonly flowWish: FlowWish
  /** In one scene of eight our versions only grow, so that an update does. */
  readonly growing: number
}

export const scene: fc.Arbitrary<Scene> = fc
  .record<Told>({
    hows: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom<Hows>({}, { hand_boat: 'listed' }, { hand_pier: 'listed' }) },
      { weight: 1, arbitrary: fc.constant<Hows>({ hand_pier: 'place' }) },
    ),
    installs: fc.integer({ min: 0, max: 9 }),
    first: ours,
    patch: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: added }),
    update: fc.option(ours, { nil: undefined, freq: 2 }),
    next: ours,
    strangers: fc.array(stranger, { maxLength: 2 }),
    hand: fc.option(byHand, { nil: undefined, freq: 2 }),
    data,
    trouble,
    knowsInstalled: fc.integer({ min: 0, max: 4 }),
    staging: fc.integer({ min: 0, max: 2 }),
    flowWish,
    growing: fc.integer({ min: 0, max: 7 }),
  })
  .map((told) => (told.growing === 0 ? grown(told) : told))
  .map((told) =>
    tell({ ...told, first: carry(told, told.first), update: told.update && carry(told, told.update), next: carry(told, told.next) }),
  )

function grown(told: Told): Told {
  const update = told.update && together(told.first, told.update)
  return { ...told, patch: undefined, update, next: together(update ?? told.first, told.next) }
}

function carry({ hows }: Pick<Told, 'hows'>, says: Says): Says {
  const carried = Object.entries(says.tables).map(([name, said]) => [name, { ...said, how: hows[name] ?? said.how }])
  return { ...says, tables: Object.fromEntries(carried) }
}

function tell(told: Told): Scene {
  const at = (when: Moment): Step[] => [...strangersAt(told, when), ...handAt(told, when)]
  return {
    steps: [...at('first'), ...ourFirst(told), ...at('after'), ...ourLater(told), ...at('last'), told.data, ...pending(told)],
    release: fleet(
      told.trouble === 'no higher version' ? '1.0.0.0' : '2.0.0.0',
      told.next,
      told.trouble === 'another publisher' ? { publisher: otherPublisher, prefix: 'other' } : {},
    ),
    knowsInstalled: told.knowsInstalled > 0,
    stagesUpgrades: told.staging === 2,
    flowWish: told.flowWish,
  }
}

function fleet(version: string, says: Says, more: Partial<HandMade> = {}): HandMade {
  return { ...makeSolution({ maker: ourSolution, version, says, publisher: ourPublisher }), ...more }
}

function ourFirst({ installs, first, trouble: what }: Told): readonly Step[] {
  return installs === 0 ? [] : [bring(fleet('1.0.0.0', first, what === 'unmanaged' ? { isManaged: false } : {}))]
}

/** Patches lock their base for updates, so that they come last. */
function ourLater({ installs, update, patch }: Told): readonly Step[] {
  if (installs === 0) return []
  const base = update === undefined ? '1.0.0.0' : '1.1.0.0'
  const name = `${ourSolution}_Patch_1`
  const patched = patch === undefined ? [] : [bring(makePatch(name, base, patch))]
  return [...(update === undefined ? [] : [bring(fleet(base, update))]), ...patched]
}

function makePatch(name: string, base: string, says: Says): HandMade {
  const version = base.replace(/\.0\.0$/, '.1.0')
  return makeSolution({ maker: ourSolution, name, version, says, publisher: ourPublisher, patchOf: { name: ourSolution, version: base } })
}

function pending({ installs, trouble: what, first }: Told): readonly Step[] {
  return what === 'pending upgrade' && installs > 0 ? [{ ...bring(fleet('1.5.0.0', first)), how: 'stage' }] : []
}

function strangersAt({ strangers }: Told, when: Moment): readonly Step[] {
  return strangers.flatMap(({ says, publisher, comes }, at) =>
    comes === when ? [bring(makeSolution({ maker: at === 0 ? 'Harbour' : 'Quay', version: '1.0.0.0', says, publisher }))] : [],
  )
}

function handAt({ hand }: Told, when: Moment): readonly Step[] {
  if (hand?.comes !== when) return []
  return [bring(makeSolution({ maker: 'ByHand', version: '1.0.0.0', says: hand.says, publisher: ourPublisher, isManaged: false }))]
}

function bring(solution: HandMade): Extract<Step, { kind: 'bring' }> {
  return { kind: 'bring', how: 'update', solution }
}
