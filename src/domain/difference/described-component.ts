/** What a change means for those who use the component. */
export type ChangeClass = 'additive' | 'behavioural' | 'destructive'

/** One component as it is compared: who it is, and everything that is true of it and is no noise. */
export interface DescribedComponent {
  /** Layer-table name of its kind: Entity, Attribute, SystemForm, Workflow, Role … */
  readonly kind: string
  /** Identity that is stable between environments. */
  readonly key: string
  readonly displayName: string | undefined
  /** `kind:key` of the component it lives in. */
  readonly parent: string | undefined
  readonly facts: readonly Fact[]
}

/** One thing that is true of a component. Facts are matched by `path`; two components are equal when all their facts are. */
export interface Fact {
  /** Unique within the component and stable under re-ordering: made of names and ids, never of positions, unless position is meaning. */
  readonly path: string
  /** What it is in plain words, without its value: "maximum length", "action Send an email (V2)", "privilege Delete on Permit". */
  readonly words: string
  /** `value` has a value that may change ("maximum length 100 → 2000"); `item` is there or not ("new action Send an email (V2)"). */
  readonly shape: 'value' | 'item'
  /** Compared as text; shown when short. Of an item: its detail, such as the depth of a privilege. */
  readonly value: string
  /** What its coming, going or changing means; by default additive, behavioural, behavioural. */
  readonly classes?: { readonly added?: ChangeClass; readonly removed?: ChangeClass; readonly changed?: ChangeClass }
}
