import { ODataError } from '../../errors.ts'
import type { OptionSpec } from '../../kinds/column-part.ts'

/** A definition as the Web API writes it: members in PascalCase. */
export type Json = Readonly<Record<string, unknown>>

export function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined
}

/** Text of the first label of `{LocalizedLabels: [{Label, LanguageCode}]}`. */
export function labelText(label: unknown): string | undefined {
  const list = memberOf(label, 'LocalizedLabels')
  const text = memberOf(Array.isArray(list) ? list[0] : memberOf(label, 'UserLocalizedLabel'), 'Label')
  return typeof text === 'string' ? text : undefined
}

export function textOf(json: unknown, name: string): string | undefined {
  const value = memberOf(json, name)
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function numberOf(json: unknown, name: string): number | undefined {
  const value = memberOf(json, name)
  return typeof value === 'number' ? value : undefined
}

export function listOf(json: unknown, name: string): readonly unknown[] {
  const value = memberOf(json, name)
  return Array.isArray(value) ? value : []
}

/** Throws 400 when the member is not a text. */
export function requireText(json: unknown, name: string): string {
  const text = textOf(json, name)
  if (text === undefined) throw new ODataError(400, '0x80040203', `Required field '${name}' is missing.`)
  return text
}

/** A schema name with a publisher's prefix. Throws 400 (code unverified) for one without. */
export function requireSchemaName(json: unknown): string {
  const name = requireText(json, 'SchemaName')
  if (/^[A-Za-z][A-Za-z0-9]+_[A-Za-z0-9_]+$/.test(name)) return name
  throw new ODataError(
    400,
    '0x8004032A',
    `The name '${name}' is not valid. Names of custom components begin with the customization prefix of a publisher and an underscore.`,
  )
}

/** `#Microsoft.Dynamics.CRM.StringAttributeMetadata` → `String`. */
export function typeOf(json: unknown, suffix: string): string | undefined {
  const name = textOf(json, '@odata.type')?.replace(/^#?Microsoft\.Dynamics\.CRM\./, '')
  return name?.endsWith(suffix) === true ? name.slice(0, -suffix.length) : undefined
}

/** Options of a choice; those without a value get the next ones from the publisher's range. */
export function optionsIn(list: readonly unknown[], firstValue: number): readonly OptionSpec[] {
  let next = firstValue
  return list.map((option) => {
    const value = numberOf(option, 'Value') ?? next
    next = Math.max(next, value + 1)
    return { value, label: labelText(memberOf(option, 'Label')) ?? String(value) }
  })
}

const levels: Readonly<Record<string, string>> = {
  ApplicationRequired: 'required',
  Recommended: 'recommended',
  SystemRequired: 'systemrequired',
}

/** As customizations.xml writes a requirement level. */
export function requiredLevel(value: unknown): string {
  return levels[String(memberOf(value, 'Value') ?? 'None')] ?? 'none'
}
