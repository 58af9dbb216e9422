import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { ObservedLayer } from '#domain/environment'
import { activeLayer, isBookkeeping, isSettingKind } from '#domain/environment'
import { canonicalJson } from '#domain/kernel'
import { parseJson } from '../token.ts'
import { readInstant } from './instants.ts'

export const layerRow = z.object({
  msdyn_solutionname: z.string().nullish(),
  msdyn_publishername: z.string().nullish(),
  msdyn_order: z.coerce.number(),
  msdyn_overwritetime: z.string().nullish(),
  msdyn_changes: z.string().nullish(),
  msdyn_children: z.string().nullish(),
  msdyn_componentjson: z.string().nullish(),
})
export type LayerRow = z.infer<typeof layerRow>

/** What stands for changes of the parts of a component, such as the options of a choice. */
export const partsAttribute = 'msdyn_children'

const attribute = z.object({ Key: z.string(), Value: z.unknown() })
const attributeList = z.object({ Attributes: z.array(attribute).nullish() })
const childList = z.array(attributeList)
type Attribute = z.infer<typeof attribute>

/**
 * A row of the layer table. Changes of choices stand in `msdyn_children` and not in `msdyn_changes` [facts-2 §6.1, third party], which say
 * that something was done and not always what; so the time of writing and the whole definition go into their digest.
 */
export function readLayer(row: LayerRow, kind = ''): ObservedLayer {
  const attributes = readAttributes(row.msdyn_changes)
  const parts = readParts(row.msdyn_children)
  const isReadable = attributes !== undefined && parts !== undefined
  // What was entered here may be a secret, which could be guessed until the digest fits; what it is differs by design, so only that it is counts.
  const isEntered = isSettingKind(kind) && row.msdyn_solutionname === activeLayer
  return {
    solution: row.msdyn_solutionname ?? '',
    publisher: row.msdyn_publishername ?? undefined,
    order: row.msdyn_order,
    writtenAt: readInstant(row.msdyn_overwritetime),
    changed: isReadable ? [...attributes.map(({ Key }) => Key), ...(parts.length > 0 ? [partsAttribute] : [])] : undefined,
    digest: isEntered ? digestOfNames(attributes ?? []) : digestOfLayer(row, attributes, parts),
  }
}

/** What the layer says of each attribute, names in lower case; undefined when it cannot be read or says nothing. */
export function readDefinition({ msdyn_componentjson: text }: LayerRow): Readonly<Record<string, unknown>> | undefined {
  const attributes = readAttributes(text)
  if (attributes === undefined || attributes.length === 0) return undefined
  return Object.fromEntries(attributes.map(({ Key, Value }) => [Key.toLowerCase(), Value]))
}

function digestOfNames(attributes: readonly Attribute[]): string {
  return hashOf(attributes.map(({ Key }) => Key.toLowerCase()).sort())
}

function digestOfLayer(row: LayerRow, attributes: readonly Attribute[] | undefined, parts: readonly unknown[] | undefined): string {
  if (attributes === undefined || parts === undefined) return hashOf([row.msdyn_changes, row.msdyn_children])
  return digestOf(attributes, parts.length > 0 ? wholeOf(row) : [])
}

/** Of the real changes only: bookkeeping moves without anybody having changed anything. */
function digestOf(attributes: readonly Attribute[], whole: readonly unknown[]): string {
  const real = attributes.filter(({ Key }) => !isBookkeeping(Key))
  return hashOf([real.map(({ Key, Value }) => [Key.toLowerCase(), Value ?? null]).sort(byKey), whole])
}

function byKey([a]: readonly unknown[], [b]: readonly unknown[]): number {
  return String(a) < String(b) ? -1 : 1
}

/** Undefined when it cannot be read. */
function readAttributes(text: string | null | undefined): readonly Attribute[] | undefined {
  if (isBlank(text)) return []
  const parsed = attributeList.safeParse(parseJson(text))
  return parsed.success ? (parsed.data.Attributes ?? []) : undefined
}

/** Parts that say that something was done to them. */
function readParts(text: string | null | undefined): readonly unknown[] | undefined {
  if (isBlank(text)) return []
  const parsed = childList.safeParse(parseJson(text))
  if (!parsed.success) return undefined
  return parsed.data.filter(({ Attributes }) => (Attributes ?? []).length > 0)
}

function wholeOf(row: LayerRow): readonly unknown[] {
  const attributes = readAttributes(row.msdyn_componentjson)?.filter(({ Key }) => !isBookkeeping(Key))
  return [
    row.msdyn_overwritetime,
    row.msdyn_children,
    attributes?.map(({ Key, Value }) => [Key.toLowerCase(), Value ?? null]).sort(byKey) ?? row.msdyn_componentjson,
  ]
}

function isBlank(text: string | null | undefined): text is null | undefined | '' {
  return text === undefined || text === null || text.trim() === ''
}

function hashOf(value: readonly unknown[]): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex')
}
