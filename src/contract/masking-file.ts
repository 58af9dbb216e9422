import { stringify } from 'yaml'
import { z } from 'zod'
import type { FakeProvider, MaskingRule, MaskingRules } from '#domain/data'
import { fakeProviders } from '#domain/data'
import type { Refusal, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import { describeIssues } from './configuration-issues.ts'
import type { YamlSource } from './configuration-source.ts'
import { locateIn, parseYaml } from './configuration-source.ts'

// The keys are the providers; Object.keys forgets that.
const providers = Object.keys(fakeProviders) as [FakeProvider, ...FakeProvider[]]
const locale = z
  .string()
  .regex(/^[a-z]{2,3}(_[A-Za-z]+)*$/, 'Write a language as faker names it, for example en, de or fr_CH.')
  .describe('Language of fakes, as faker names it, for example en, de or fr_CH.')

const rule = z
  .union(
    [
      z.enum(['keep', 'mask', 'hash', 'null']),
      z.null(),
      z.strictObject({ fake: z.enum(providers), locale: locale.optional() }),
      z.strictObject({ mask: z.enum(['iban', 'luhn']).describe('Which check digits are made to fit.') }),
    ],
    { error: `this must be keep, mask, hash or null, a fake such as { fake: email }, or { mask: iban }. Fakes: ${providers.join(', ')}.` },
  )
  .describe(
    'keep: as it is. mask: other letters and digits in the same form; JSON stays JSON, with its keys. hash: a keyed digest. null: nothing arrives. fake: invented, the same for the same value everywhere. mask with iban or luhn: check digits fit.',
  )

const logicalName = z.string().regex(/^[a-z][a-z0-9_]*$/, 'Write the logical name, in small letters.')

/** A file of masking rules (masking.yaml). */
export const maskingFileSchema = z
  .strictObject({
    version: z.literal(1),
    locale: locale.default('en'),
    tables: z.record(
      logicalName,
      z.strictObject({
        columns: z
          .record(logicalName, rule)
          .default({})
          .describe(
            'By column. What is not named goes by the default of its kind: whatever can hold something about somebody is masked or left out.',
          ),
      }),
    ),
  })
  .meta({ id: 'MaskingFile' })

export type MaskingFile = z.output<typeof maskingFileSchema>

/** Rules with where they stand in their text. */
export interface PlacedRules {
  readonly rules: MaskingRules
  /** A refusal that names paths of the file, with line and column of each. */
  place(refusal: Refusal): Refusal
}

/** Reads the text of a masking.yaml. Every breach is a reason: its subject is the path, its message begins with line and column. */
export function parseMaskingFile(text: string): Result<PlacedRules> {
  const yaml = parseYaml(text)
  if (!yaml.ok) {
    const { hint, reasons } = yaml.refusal
    return refuse(
      'data.rules-invalid',
      'The masking rules are not readable YAML.',
      hint,
      reasons.map((each) => ({ ...each, subject: 'masking rules' })),
    )
  }
  const parsed = maskingFileSchema.safeParse(yaml.value.data)
  const source = yaml.value
  if (parsed.success) return accept({ rules: toRules(parsed.data), place: (refusal) => placeIn(source, refusal) })
  return refuse(
    'data.rules-invalid',
    'The masking rules do not hold.',
    'Correct the named lines; `drover data rules --schema` prints the JSON Schema for editors.',
    describeIssues(parsed.error, source.data).map((breach) => ({
      subject: breach.path.map(String).join('.'),
      message: placed(source, breach.path, breach.message, breach.isAboutKey),
    })),
  )
}

/** The same rules as a file says them. */
export function writeMaskingFile({ locale: language, tables }: MaskingRules): string {
  const file = {
    version: 1,
    locale: language,
    tables: Object.fromEntries(
      Object.entries(tables).map(([table, { columns }]) => [
        table,
        { columns: Object.fromEntries(Object.entries(columns).map(([column, each]) => [column, writeRule(each)])) },
      ]),
    ),
  }
  return stringify(file)
}

/** JSON Schema (2020-12) of masking.yaml, for editors. */
export function maskingJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(maskingFileSchema, { io: 'input', target: 'draft-2020-12' })
}

function toRules({ locale: language, tables }: MaskingFile): MaskingRules {
  return {
    locale: language,
    tables: Object.fromEntries(
      Object.entries(tables).map(([table, { columns }]) => [
        table,
        { columns: Object.fromEntries(Object.entries(columns).map(([column, each]) => [column, toRule(each)])) },
      ]),
    ),
  }
}

function toRule(given: z.output<typeof rule>): MaskingRule {
  if (given === null) return { kind: 'null' }
  if (typeof given === 'string') return { kind: given }
  if ('mask' in given) return { kind: 'mask', check: given.mask }
  return { kind: 'fake', provider: given.fake, ...(given.locale === undefined ? {} : { locale: given.locale }) }
}

function writeRule(of: MaskingRule): z.input<typeof rule> {
  if (of.kind === 'fake') return { fake: of.provider, ...(of.locale === undefined ? {} : { locale: of.locale }) }
  if (of.kind === 'mask' && of.check !== undefined) return { mask: of.check }
  return of.kind
}

/** Logical names have no points, so a subject is a path. */
function placeIn(source: YamlSource, refusal: Refusal): Refusal {
  const reasons = refusal.reasons.map(({ subject, message }) =>
    subject === 'locale' || subject.startsWith('tables.')
      ? { subject, message: placed(source, subject.split('.'), message, false) }
      : { subject, message },
  )
  return { ...refusal, reasons }
}

function placed(source: YamlSource, path: readonly PropertyKey[], message: string, isAboutKey = false): string {
  const place = locateIn(source, { path, message, isAboutKey })
  return `line ${place.line}, column ${place.column}: ${message}`
}
