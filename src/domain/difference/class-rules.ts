import type { ChangeClass } from './described-component.ts'
import type { FoundChange } from './diff-facts.ts'

/** What the coming or going of a whole component means. */
export interface ComponentRule {
  readonly change: 'added' | 'removed'
  readonly kinds: readonly string[]
  readonly class: ChangeClass
  readonly reason: string
}

/**
 * Destructive is what may lose data or a right that someone has, when the new version is upgraded to. A flow, form, view or app that
 * goes takes no data and no right with it: it is behavioural.
 */
export const componentRules: readonly ComponentRule[] = [
  { change: 'removed', kinds: ['Entity'], class: 'destructive', reason: 'its rows are deleted with the table' },
  { change: 'removed', kinds: ['Attribute'], class: 'destructive', reason: 'its values are deleted with the column' },
  { change: 'removed', kinds: ['EntityRelationship'], class: 'destructive', reason: 'the links between rows are deleted with it' },
  {
    change: 'removed',
    kinds: ['EntityKey'],
    class: 'destructive',
    reason: 'rows are no longer kept unique, and what finds rows by it fails',
  },
  { change: 'removed', kinds: ['OptionSet'], class: 'destructive', reason: 'values of rows lose their meaning' },
  { change: 'removed', kinds: ['Role'], class: 'destructive', reason: 'people lose the rights that it gave' },
  { change: 'removed', kinds: ['FieldSecurityProfile'], class: 'destructive', reason: 'people lose access to secured columns' },
  {
    change: 'removed',
    kinds: ['environmentvariabledefinition'],
    class: 'destructive',
    reason: 'the value that each environment holds is deleted with it',
  },
]

/** What the change of one fact means, where the default does not say it. The first rule that fits decides. */
export interface FactRule {
  readonly kind: string | undefined
  readonly path: RegExp
  readonly when: (change: FoundChange) => boolean
  readonly class: ChangeClass
  readonly reason: string
}

export const factRules: readonly FactRule[] = [
  {
    kind: 'Attribute',
    path: /^(MaxLength|Length)$/,
    when: lowered,
    class: 'destructive',
    reason: 'longer values no longer fit',
  },
  { kind: 'Attribute', path: /^Type$/, when: changed, class: 'destructive', reason: 'values of the old type cannot be kept' },
  {
    kind: 'Entity',
    path: /(^|\/)OwnershipTypeMask$/,
    when: changed,
    class: 'destructive',
    reason: 'who owns rows is fixed when a table is made: it has to be made anew',
  },
  { kind: 'Attribute', path: /^Accuracy$/, when: lowered, class: 'destructive', reason: 'decimal places are cut' },
  {
    kind: undefined,
    path: /(^|\/)(option|status|state)\[[^\]]*\][^/]*$/,
    when: itemRemoved,
    class: 'destructive',
    reason: 'rows that have this value lose its meaning',
  },
  { kind: 'Role', path: /RolePrivilege\[[^/]*$/, when: itemRemoved, class: 'destructive', reason: 'people lose this right' },
  { kind: 'Role', path: /RolePrivilege\[[^/]*$/, when: narrowed, class: 'destructive', reason: 'the right reaches fewer rows' },
  {
    kind: 'FieldSecurityProfile',
    path: /FieldPermission\[[^/]*$/,
    when: itemRemoved,
    class: 'destructive',
    reason: 'people lose access to this column',
  },
  {
    kind: 'FieldSecurityProfile',
    path: /\/Can(Read|Update|Create)$/,
    when: lowered,
    class: 'destructive',
    reason: 'people lose access to this column',
  },
  {
    kind: 'Solution',
    path: /(^|\/)MissingDependency\[[^/]*$/,
    when: itemAdded,
    class: 'behavioural',
    reason: 'the import fails where it is missing',
  },
  {
    kind: 'Solution',
    path: /(^|\/)RootComponent\[.*\/@behavior$/,
    when: changed,
    class: 'behavioural',
    reason: 'other parts of it are in the solution than before',
  },
  {
    kind: undefined,
    path: /(^|\/)(condition|filter|link-entity)\[[^/]*$/,
    when: itemAdded,
    class: 'behavioural',
    reason: 'other rows are found',
  },
  {
    kind: undefined,
    path: /(^|\/)condition\[[^/]*\/value\[[^/]*$/,
    when: itemAdded,
    class: 'behavioural',
    reason: 'other rows are found',
  },
  { kind: undefined, path: /(^|\/)order\[[^/]*$/, when: itemAdded, class: 'behavioural', reason: 'rows come in another order' },
  {
    kind: undefined,
    path: /(^|\/)(event|Handler)\[[^/]*$/,
    when: itemAdded,
    class: 'behavioural',
    reason: 'a script runs that did not run before',
  },
  {
    kind: undefined,
    path: /(^|\/)(DisplayConditions|AppModuleRoleMaps)\/Role\[[^/]*$|(^|\/)SubArea\[[^\]]*\]\/Privilege\[[^/]*$/,
    when: itemAdded,
    class: 'behavioural',
    reason: 'other people see it',
  },
  { kind: 'EntityKey', path: /EntityKeyAttribute\[[^/]*$/, when: itemAdded, class: 'behavioural', reason: 'other rows count as the same' },
  {
    kind: 'Workflow',
    path: /^file\[(XamlFileName|[^\]]*\.xaml)\]\//i,
    when: itemAdded,
    class: 'behavioural',
    reason: 'the process does more than before',
  },
  {
    kind: undefined,
    path: /(^|\/)@?\w*(description|displayname|localizedname)$/i,
    when: valueAdded,
    class: 'additive',
    reason: 'only what people read is new',
  },
]

/** From the widest reach of a privilege to the narrowest, as roles describe them. */
const reaches: readonly string[] = ['organisation', 'parent and child business units', 'business unit', 'user']

function changed(change: FoundChange): boolean {
  return change.change === 'changed'
}

function itemAdded(change: FoundChange): boolean {
  return change.change === 'added' && change.shape === 'item'
}

function valueAdded(change: FoundChange): boolean {
  return change.change === 'added' && change.shape === 'value'
}

function itemRemoved(change: FoundChange): boolean {
  return change.change === 'removed' && change.shape === 'item'
}

function lowered({ before, after }: FoundChange): boolean {
  return before !== undefined && after !== undefined && Number(after) < Number(before)
}

function narrowed({ before, after }: FoundChange): boolean {
  if (before === undefined || after === undefined) return false
  return reaches.indexOf(after) > reaches.indexOf(before)
}
