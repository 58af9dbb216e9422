import type { ObservedLayer } from './observed-component.ts'

/**
 * Attributes that layers list as changed without anybody having changed what users see. Of 142 components of a recorded sandbox 141 had
 * an Active row, and 119 of those no changed attribute at all [facts-2 §6.1]. Names in lower case; `source` says who found them harmless.
 */
export const bookkeeping: readonly { readonly attribute: string; readonly source: string }[] = [
  ...from('solution slimmer run of 2026-10-05 [facts-2 §6.1]', [
    'modifiedon',
    'modifiedby',
    'overwritetime',
    'solutionid',
    'supportingsolutionid',
    'componentstate',
    'publishedon',
    'versionnumber',
    'importsequencenumber',
    'statecode',
    'statuscode',
    'workflowidunique',
  ]),
  ...from('platform noise, solution cleaning script [facts-2 §6.1]', [
    'autonumberformat',
    'formuladefinition',
    'validforcreateapi',
    'validforupdateapi',
    'displaymask',
    'isretrievable',
    'appdefaultvalue',
  ]),
]

/** What the platform rewrites in forms by itself as well: a form that changed in nothing else may or may not have been edited [facts-2 §6.1]. */
const rewritten: ReadonlySet<string> = new Set(['formxml', 'formjson'])

/** Kinds of which an unmanaged row is how the platform keeps a setting: values of environment variables [facts-2 §4]. */
const settings: ReadonlySet<string> = new Set(['environmentvariablevalue'])

const bookkept: ReadonlySet<string> = new Set(bookkeeping.map(({ attribute }) => attribute))

type Changes = Pick<ObservedLayer, 'changed'>

export function isBookkeeping(attribute: string): boolean {
  return bookkept.has(attribute.toLowerCase())
}

/** What a layer changes, bookkeeping left out; undefined when it cannot be read, which counts as a real change. */
export function realChanges(layer: Changes): readonly string[] | undefined {
  return layer.changed?.filter((attribute) => !isBookkeeping(attribute))
}

/** Whether a layer is known to change nothing that users see. */
export function isHarmless(layer: Changes): boolean {
  return realChanges(layer)?.length === 0
}

/** Whether a form's layer changes nothing but what the platform rewrites too, so that only a person can tell; never true of a harmless one. */
export function isUntellable(layer: Changes): boolean {
  const changes = realChanges(layer)
  return changes !== undefined && changes.length > 0 && changes.every((attribute) => rewritten.has(attribute.toLowerCase()))
}

/** Whether an Active row on this kind is a setting of the environment by design and no change to the solution. */
export function isSettingKind(kind: string): boolean {
  return settings.has(kind.toLowerCase())
}

function from(source: string, attributes: readonly string[]): { readonly attribute: string; readonly source: string }[] {
  return attributes.map((attribute) => ({ attribute, source }))
}
