/** What a change means for those who use the component: nothing existing is touched, it acts otherwise, or data or a right may be lost. */
export type ChangeClass = 'additive' | 'behavioural' | 'destructive'

/** One component as it is compared: who it is, and everything that is true of it and is no noise. */
export interface DescribedComponent {
  /** Layer-table name of its kind: Entity, Attribute, SystemForm, Workflow, Role …; the manifest is `Solution`. */
  readonly kind: string
  /** Identity that is stable between environments. */
  readonly key: string
  readonly displayName: string | undefined
  /** What makers call this one, where the kind alone does not say: "business rule", "quick create form". */
  readonly noun?: string
  /** `kind:key` of the component it lives in. */
  readonly parent: string | undefined
  /** What is worth saying of it beside its name, such as the type of a column. */
  readonly detail?: string
  /** Further components (`kind:key`) with which it goes: a relationship goes with either of its tables. */
  readonly goesWith?: readonly string[]
  /** Carried by the file, but not changed by this solution (`unmodified="1"`). */
  readonly isUnmodified?: boolean
  /** The platform makes it together with its table, and leaves it out of managed exports. */
  readonly isLeftOutOfManaged?: boolean
  /** Written as what it changes in a component of another solution, not as a whole: managed exports do so with forms. */
  readonly isDelta?: boolean
  /** Components with one digest have the same facts; another digest says nothing. */
  readonly digest?: string
  /** May be made anew each time it is read, so that a large solution is never in memory as facts. */
  readonly facts: readonly Fact[]
}

/**
 * Facts that are of interest together and not one by one: what Studio keeps in an app by itself, how a form is laid out, settings of a
 * form's fields, marks of what a solution changes in it, what a solution needs of others, and in which version.
 */
export type SumOf = 'studio' | 'layout' | 'field settings' | 'mark' | 'dependency' | 'dependency version'

/** A file that is compared by what is in it where both sides can be opened. */
export interface WholeFile {
  /** Path that the facts of its content stand below. */
  readonly below: string
  /** What it is in plain words: "app". */
  readonly noun: string
  /** Why it cannot be opened; undefined where it can. */
  readonly problem: string | undefined
}

/** One thing that is true of a component. Facts are matched by `path`; two components are equal when all their facts are. */
export interface Fact {
  /**
   * Unique within the component and stable under re-ordering: made of names and ids, never of positions, unless position is meaning.
   * Steps are parted by `/`; facts below an `item` say more about that item.
   */
  readonly path: string
  /** What it is in plain words, without its value: "maximum length", "action Send an email (V2)", "privilege Delete on Permit". */
  readonly words: string
  /**
   * `value` has a value that may change ("maximum length 100 → 2000"); `item` is there or not ("new action Send an email (V2)");
   * `place` is where an item stands ("moved from section A to section B"); `order` lists ids by their order, one a line, of which only
   * those that both sides have are compared; `text` is a long text, compared by lines; `digest` stands for bytes that are not shown.
   */
  readonly shape: 'value' | 'item' | 'place' | 'order' | 'text' | 'digest'
  /** Compared as text; shown when short. Of an item: its detail, such as the depth of a privilege. */
  readonly value: string
  /** The value for people, where it is an id: of an order, as many lines as `value` has. */
  readonly shown?: string
  /** The platform writes it or leaves it out as it likes: only another value is a change, not its coming or going. */
  readonly mayBeAbsent?: boolean
  /** Export to managed may leave it out: only another value is a difference between a managed and an unmanaged solution. */
  readonly isLeftOutOfManaged?: boolean
  /** Changes of facts of one sum are told in one line, once they are many. */
  readonly sum?: SumOf
  /** With `sum`: belongs to it by its coming and going only; another value is told by itself. */
  readonly isToldWhenChanged?: boolean
  /** With `sum`: what the one line names it by, "section Details". */
  readonly subject?: string
  /** Of an item: path of another item that it stands in, when its own path does not say so. It comes and goes with that one. */
  readonly within?: string
  /** Of an item: what it is counted as when it comes or goes with another: "field". */
  readonly noun?: string
  /** Of an item: an element without content that says something by being there. Where the other side has the same with content, that is told instead. */
  readonly isPresence?: boolean
  /** Of a tab or section, whose id the designer generates: what to match it by when no id does. */
  readonly alias?: string
  /** Of a digest of a file: compared in place of all facts below this path, when the file cannot be read on either side; else no fact. */
  readonly whole?: WholeFile
  /** Explains other changes of its sum, such as the version of the tool that made them: no difference without them. */
  readonly isContext?: boolean
  /** Its coming, going and changing in full, where "new …" and "… removed" do not say it. */
  readonly phrases?: { readonly added: string; readonly removed: string; readonly changed?: string }
  /** What its coming, going or changing means; by default additive for an item and else behavioural. */
  readonly classes?: { readonly added?: ChangeClass; readonly removed?: ChangeClass; readonly changed?: ChangeClass }
}
