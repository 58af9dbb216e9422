import fc from 'fast-check'

/** What happens to one production environment, one after the other: small, and the same for the same seed. */
export interface Sequence {
  /** Whether the environment takes a managed update of a lower version; sources contradict each other (facts-2 §1.1). */
  readonly mayFall: boolean
  /** `brown`: a version of ours is there that nobody brought by Drover, and is accepted as the baseline. */
  readonly begins: 'empty' | 'brown'
  /** Whether upgrades that take data away are staged, so that people can move it first. */
  readonly stages: boolean
  /** What the settings of the stage say of the flow of ours; absent: what the release says holds. */
  readonly flowInStage: FlowState | undefined
  /** Whether an import turns a flow on that is new and was on where it came from; sources contradict each other (release-facts §5). */
  readonly turnsNewFlowsOn: boolean
  readonly steps: readonly Deed[]
}

export const tables = ['hand_boat', 'hand_pier'] as const
export const columns = ['hand_a', 'hand_b', 'hand_c'] as const
export type TableName = (typeof tables)[number]
export type ColumnName = (typeof columns)[number]

/** What our solution is: table → column → maximum length. */
export type Content = Readonly<Partial<Record<TableName, Readonly<Partial<Record<ColumnName, number>>>>>>

export type FlowState = 'on' | 'off'

/** What a release of ours holds beside tables. */
export interface Extras {
  /** What its flow says, and in which state the files have it; absent: it has none. */
  readonly flow?: { readonly says: 'morning' | 'noon'; readonly state: FlowState } | undefined
  /** Whether it has an environment variable, which the stage gives a value. */
  readonly hasFee: boolean
  /** Name of the row of configuration data that it brings; absent: it brings none. */
  readonly row?: 'Argo' | 'Beagle' | undefined
}

export type Deed =
  /** The next release is sealed, asked for, and goes in as far as people and the environment let it. */
  | { readonly deed: 'promote'; readonly content: Content; readonly extras: Extras; readonly trouble: Trouble; readonly letsGo: boolean }
  /** Going back: to the known-good release, or to one that ran there, counted from the newest. */
  | {
      readonly deed: 'rollback'
      readonly way: 'redeploy' | 'repack' | 'uninstall' | undefined
      readonly to: number | undefined
      readonly trouble: Trouble
      readonly letsGo: boolean
    }
  /** The word of a person to try again what ended badly last. */
  | { readonly deed: 'resume-promotion'; readonly trouble: Trouble }
  | { readonly deed: 'resume-stage' }
  /** The word that data was moved, or that the staged upgrade is not wanted. */
  | { readonly deed: 'finish-migration'; readonly isWanted: boolean; readonly trouble: Trouble }
  /** A column of ours is changed in production, or one of nobody's is added. */
  | { readonly deed: 'tweak'; readonly table: TableName; readonly column: ColumnName | 'hand_own'; readonly length: number }
  /** Somebody switches the flow of ours in production. */
  | { readonly deed: 'switch-flow'; readonly to: FlowState }
  | { readonly deed: 'accept' }
  | { readonly deed: 'revert' }
  | { readonly deed: 'baseline' }
  | { readonly deed: 'neighbour'; readonly onOurs: boolean }
  | { readonly deed: 'rows'; readonly table: TableName; readonly count: number }
  /** What was saved last is written back. */
  | { readonly deed: 'restore' }

/** What goes wrong on the way, at the so-manieth occasion; a worker that is killed is started again. */
export type Trouble =
  | { readonly kind: 'none' }
  | { readonly kind: 'kills'; readonly at: readonly number[] }
  | { readonly kind: 'breaks'; readonly at: number }
  | { readonly kind: 'drops'; readonly when: 'before' | 'after'; readonly at: number; readonly count: number }
  | { readonly kind: 'errors'; readonly at: number; readonly count: number }
  /** Components that fail inside an import which succeeds. */
  | { readonly kind: 'loses-component' }

const length = fc.constantFrom(50, 100, 200)
const shownColumns = fc.record({ hand_a: length, hand_b: length, hand_c: length }, { requiredKeys: [] })
const content: fc.Arbitrary<Content> = fc.record({ hand_boat: shownColumns, hand_pier: shownColumns }, { requiredKeys: ['hand_boat'] })

const flowState = fc.constantFrom<FlowState[]>('on', 'on', 'off')
const flow = fc.record({ says: fc.constantFrom('morning' as const, 'noon' as const), state: flowState })
const extras: fc.Arbitrary<Extras> = fc.record({
  flow: fc.option(flow, { nil: undefined, freq: 3 }),
  hasFee: fc.boolean(),
  row: fc.option(fc.constantFrom('Argo' as const, 'Beagle' as const), { nil: undefined, freq: 2 }),
})

const step = fc.nat({ max: 50 })
const trouble: fc.Arbitrary<Trouble> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Trouble>({ kind: 'none' }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('kills' as const), at: fc.array(step, { minLength: 1, maxLength: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('breaks' as const), at: fc.nat({ max: 22 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('drops' as const),
      when: fc.constantFrom('before' as const, 'after' as const),
      at: fc.nat({ max: 80 }),
      count: fc.integer({ min: 1, max: 12 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('errors' as const), at: fc.nat({ max: 80 }), count: fc.integer({ min: 1, max: 40 }) }),
  },
  { weight: 1, arbitrary: fc.constant<Trouble>({ kind: 'loses-component' }) },
)
/** People let data go, mostly. */
const letsGo = fc.nat({ max: 5 }).map((drawn) => drawn < 5)
const table = fc.constantFrom(...tables)

const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 7, arbitrary: fc.record({ deed: fc.constant('promote' as const), content, extras, trouble, letsGo }) },
  {
    weight: 5,
    arbitrary: fc.record({
      deed: fc.constant('rollback' as const),
      way: fc.constantFrom(undefined, undefined, undefined, 'redeploy' as const, 'repack' as const, 'uninstall' as const),
      to: fc.option(fc.nat({ max: 3 }), { nil: undefined, freq: 3 }),
      trouble,
      letsGo,
    }),
  },
  { weight: 3, arbitrary: fc.record({ deed: fc.constant('resume-promotion' as const), trouble }) },
  { weight: 1, arbitrary: fc.constant<Deed>({ deed: 'resume-stage' }) },
  {
    weight: 2,
    arbitrary: fc.record({
      deed: fc.constant('tweak' as const),
      table,
      column: fc.constantFrom(...columns, 'hand_own' as const),
      length: fc.constantFrom(70, 80),
    }),
  },
  { weight: 3, arbitrary: fc.record({ deed: fc.constant('switch-flow' as const), to: fc.constantFrom<FlowState[]>('on', 'off') }) },
  { weight: 1, arbitrary: fc.constant<Deed>({ deed: 'accept' }) },
  { weight: 1, arbitrary: fc.constant<Deed>({ deed: 'revert' }) },
  { weight: 1, arbitrary: fc.constant<Deed>({ deed: 'baseline' }) },
  { weight: 1, arbitrary: fc.record({ deed: fc.constant('neighbour' as const), onOurs: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ deed: fc.constant('rows' as const), table, count: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.constant<Deed>({ deed: 'restore' }) },
)

/** Mostly the upgrade is wanted, and somebody comes back to it. */
const finish = fc.option(
  fc.record({ deed: fc.constant('finish-migration' as const), isWanted: fc.nat({ max: 3 }).map((drawn) => drawn > 0), trouble }),
  { nil: undefined, freq: 5 },
)
const mostSteps = 7

/** Begins with a release and rows, mostly with two of them: production without anything of ours, or to go back to, has little to tell. */
export const sequence: fc.Arbitrary<Sequence> = fc
  .record({
    mayFall: fc.boolean(),
    begins: fc.constantFrom('empty' as const, 'empty' as const, 'brown' as const),
    stages: fc.nat({ max: 3 }).map((drawn) => drawn === 0),
    flowInStage: fc.option(fc.constantFrom<FlowState[]>('on', 'off'), { nil: undefined, freq: 1 }),
    turnsNewFlowsOn: fc.boolean(),
    first: fc.tuple(content, extras),
    second: fc.option(fc.tuple(content, extras), { nil: undefined, freq: 4 }),
    steps: fc.array(deed, { minLength: 2, maxLength: mostSteps }),
    finishes: fc.array(finish, { minLength: mostSteps, maxLength: mostSteps }),
  })
  .map(({ first, second, steps, finishes, ...rest }) => {
    const drawn = [...release(...first), ...(second === undefined ? [] : release(...second))]
    const later = steps.flatMap((one, at): readonly Deed[] => [one, ...(one.deed === 'promote' ? [finishes[at] ?? []].flat() : [])])
    // Without staged upgrades there is nothing to finish.
    const isNeeded = (one: Deed): boolean => rest.stages || one.deed !== 'finish-migration'
    return { ...rest, steps: [...drawn, ...later].filter(isNeeded) }
  })

function release(of: Content, with_: Extras): readonly Deed[] {
  return [
    { deed: 'promote', content: of, extras: with_, trouble: { kind: 'none' }, letsGo: true },
    { deed: 'finish-migration', isWanted: true, trouble: { kind: 'none' } },
    ...tables.filter((name) => of[name] !== undefined).map((name): Deed => ({ deed: 'rows', table: name, count: 1 })),
  ]
}
