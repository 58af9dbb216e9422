import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMasking } from '#adapters/masking'
import type { MaskedTable, MaskingRule } from '#domain/data'
import { isIban, isLuhn } from '#domain/data'
import type { Masks, Row } from '#engine/ports'
import { maskedTable as planned, maskingColumn as column, maskingTable as table } from '../../../test/support/masking-tables.ts'
import type { RowMasker } from './copy-masker.ts'
import { createRowMasker } from './copy-masker.ts'
import { createNeedles } from './scan-needles.ts'
import { scanRow } from './scan-rows.ts'

let folder: string
let masks: Masks

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-masking-'))
  masks = await createMasking({ keyFile: join(folder, 'masking.key') }).open('42')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function maskerOf(
  masked: MaskedTable,
  more: { readonly masks?: Masks; readonly holdsProtected?: (text: string) => boolean } = {},
): RowMasker {
  return createRowMasker({ masked, masks, locale: 'en', holdsProtected: () => false, isCopied: () => true, ...more })
}

/** What a rule makes of one text. */
function masker(rule: MaskingRule, more: Parameters<typeof column>[2] = {}, isKey = false): (text: string) => string {
  const of = table('contact', [column('it', 'String', { maxLength: 200, ...more })], isKey ? { keys: [['it']] } : {})
  const mask = maskerOf(planned(of, { it: rule }))
  return (text) => String(mask({ it: text })['it'])
}

const someText = fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' }).filter((text) => /[A-Za-z]{3}/.test(text))

describe('masked values', () => {
  it('are the same for the same value in every table, under the same key and seed', async () => {
    const again = await createMasking({ keyFile: join(folder, 'masking.key') }).open('42')
    const other = await createMasking({ keyFile: join(folder, 'masking.key') }).open('43')
    const of = (name: string) =>
      planned(table(name, [column('emailaddress1', 'String', { format: 'Email' }), column('lastname', 'String')]))
    fc.assert(
      fc.property(fc.emailAddress(), someText, (emailaddress1, lastname) => {
        const row = { emailaddress1, lastname }
        const masked = maskerOf(of('contact'))(row)
        expect(maskerOf(of('lead'), { masks: again })(row)).toEqual(masked)
        expect(maskerOf(of('contact'), { masks: other })(row)).not.toEqual(masked)
      }),
      { numRuns: 50 },
    )
  })

  it('keep the form of their text, their length and their marks', () => {
    const mask = masker({ kind: 'mask' })
    fc.assert(
      fc.property(
        someText.filter((text) => !text.includes('@') && !/^\s*[[{]/.test(text)),
        (text) => {
          const masked = mask(text)
          expect(masked).toHaveLength(text.length)
          expect(masked).not.toBe(text)
          expect(
            masked
              .replace(/[0-9]/g, '0')
              .replace(/[A-Z]/g, 'A')
              .replace(/[a-z]/g, 'a')
              .replace(/[^ -~]/g, '*'),
          ).toBe(
            text
              .replace(/[0-9]/g, '0')
              .replace(/[A-Z]/g, 'A')
              .replace(/[a-z]/g, 'a')
              .replace(/[\u0080-\uffff]/g, (_, at: number) => (/[a-z]/.test(masked.charAt(at)) ? 'a' : '*')),
          )
        },
      ),
    )
  })

  it('keep check digits that fit where a rule says so', () => {
    const iban = masker({ kind: 'mask', check: 'iban' })('DE89 3704 0044 0532 0130 00')
    expect(iban).toMatch(/^DE\d\d( \d{4}){4} \d\d$/)
    expect(iban).not.toBe('DE89 3704 0044 0532 0130 00')
    expect(isIban(iban)).toBe(true)
    expect(isLuhn(masker({ kind: 'mask', check: 'luhn' })('4111 1111 1111 1111'))).toBe(true)
  })

  it('are addresses in domains for examples wherever an address stood', () => {
    expect(masker({ kind: 'mask' })('Call Ada <ada@contoso.com>, or b.c@fabrikam.de.')).toMatch(
      /<[a-z]{3}@example\.(com|org|net)>.*@example\./,
    )
    expect(masker({ kind: 'fake', provider: 'email' }, { maxLength: 30 })('ada@contoso.com')).toMatch(/^.{1,18}@example\.(com|org|net)$/)
  })

  it('of JSON are JSON with the same keys and other values', () => {
    const masked: unknown = JSON.parse(masker({ kind: 'mask' })('{"name":"Ada","age":36,"tags":["vip",true,null],"at":{"iban":"DE89"}}'))
    expect(masked).toMatchObject({
      tags: [expect.stringMatching(/^[a-z]{3}$/), true, null],
      at: { iban: expect.stringMatching(/^[A-Z]{2}\d\d$/) },
    })
    expect(Object.keys(masked as object)).toEqual(['name', 'age', 'tags', 'at'])
    expect(JSON.stringify(masked)).not.toMatch(/Ada|36|vip|DE89/)
  })

  it('of an alternate key stay different, whatever case and accents', () => {
    const mask = masker({ kind: 'mask' }, {}, true)
    const codes = Array.from({ length: 1000 }, (_, at) => String(at).padStart(3, '0'))
    const masked = codes.map(mask)
    expect(new Set(masked).size).toBe(1000)
    expect(masked.every((code) => /^\d{3}$/.test(code))).toBe(true)
    expect(masked.filter((code, at) => code === codes[at])).toEqual([])
    const fake = masker({ kind: 'fake', provider: 'email' }, {}, true)
    expect(new Set(codes.map((code) => fake(`p${code}@contoso.com`))).size).toBe(1000)
    expect(mask('Zoë-17')).toMatch(/^[A-Z][a-z]{2}-\d\d$/)
  })

  it('of an alternate key stay different where they are numbers and moments, within their limits, and say nothing by themselves', () => {
    const columns = [
      column('number', 'Integer', { minValue: 100, maxValue: 1099 }),
      column('amount', 'Decimal', { precision: 1 }),
      column('day', 'DateTime', { format: 'DateOnly' }),
      column('moment', 'DateTime'),
    ]
    const keys = columns.map(({ name }) => [name])
    const mask = maskerOf(planned(table('contact', columns, { keys })))
    const rows = Array.from({ length: 1000 }, (_, at) => ({
      number: 100 + at,
      amount: at / 10,
      day: new Date(Date.UTC(1960, 0, 1 + at * 7)).toISOString().slice(0, 10),
      moment: new Date(Date.UTC(2024, 0, 1, 0, 0, at)).toISOString().replace('.000Z', 'Z'),
    }))
    const masked = rows.map((row) => mask(row))
    for (const { name } of columns) {
      expect(new Set(masked.map((row) => row[name])).size, name).toBe(1000)
      expect(
        masked.filter((row, at) => row[name] === Object(rows[at])[name]),
        name,
      ).toEqual([])
    }
    expect(masked.every(({ number }) => Number(number) >= 100 && Number(number) <= 1099)).toBe(true)
    expect(masked.every(({ day }) => /^\d{4}-\d\d-\d\d$/.test(String(day)))).toBe(true)
  })

  it('of an alternate key are no letter further on, however short they are', () => {
    const mask = masker({ kind: 'mask' }, {}, true)
    const letters = [...'abcdefghijklmnopqrstuvwxyz']
    const steps = letters.map((each, at) => (mask(each).charCodeAt(0) - 97 - at + 26) % 26)
    expect(new Set(letters.map(mask)).size).toBe(26)
    expect(steps).not.toContain(0)
    expect(new Set(steps).size).toBeGreaterThan(3)
  })

  it('of texts that are nested without end are masked like any other', () => {
    const deep = `${'[{"a":'.repeat(40_000)}"Ada"${'}]'.repeat(40_000)}`
    const masked = masker({ kind: 'mask' }, { maxLength: 1_000_000 })(deep)
    expect(masked).not.toContain('Ada')
  })

  it('take another fake where one holds what must not arrive, and at the end none but a digest', () => {
    const of = planned(table('contact', [column('city', 'String')]), { city: { kind: 'fake', provider: 'city' } })
    const first = maskerOf(of)({ city: 'Lüneburg' })['city']
    const second = maskerOf(of, { holdsProtected: (text) => text === first })({ city: 'Lüneburg' })['city']
    expect(second).not.toBe(first)
    expect(maskerOf(of, { holdsProtected: () => true })({ city: 'Lüneburg' })['city']).toMatch(/^[a-z2-7]{16}$/)
  })

  it('of numbers and dates have as many digits, and are of about the same time', () => {
    const of = table('contact', [column('pay', 'Money', { precision: 2, minValue: 0, maxValue: 1e9 }), column('born', 'DateTime')])
    const masked = maskerOf(planned(of))({ pay: 4711.5, born: '1980-02-29' })
    expect(String(masked['pay'])).toMatch(/^\d{4}(\.\d)?$/)
    expect(masked['pay']).not.toBe(4711.5)
    expect(masked['born']).toMatch(/^(1979|1980)-\d\d-\d\d$/)
  })

  it('leave out people of the environment, files, and lookups to rows that are not copied', () => {
    const of = table(
      'contact',
      [
        column('ownerid', 'Owner'),
        column('parent', 'Lookup'),
        column('boss', 'Lookup'),
        column('scan', 'File'),
        column('code', 'Picklist'),
      ],
      { targets: { parent: ['account'], boss: ['systemuser'] } },
    )
    const mask = createRowMasker({
      masked: planned(of),
      masks,
      locale: 'en',
      holdsProtected: () => false,
      isCopied: ({ id }) => id === '1',
    })
    const row = { contactid: 'a', ownerid: { table: 'systemuser', id: 'u' }, boss: { table: 'systemuser', id: 'u' }, scan: 'x', code: 3 }
    expect(mask({ ...row, parent: { table: 'account', id: '1' } })).toEqual({
      contactid: 'a',
      code: 3,
      parent: { table: 'account', id: '1' },
    })
    expect(mask({ ...row, parent: { table: 'account', id: '2' } })).toEqual({ contactid: 'a', code: 3 })
  })
})

const people = table('hand_person', [
  column('hand_name', 'String'),
  column('hand_phone', 'String', { format: 'Phone' }),
  column('hand_json', 'Memo', { format: 'Json' }),
  column('hand_file', 'Memo'),
])

/** A person whose every value is of that person alone, in text, JSON and the content of a file. */
function personOf(at: number): Row {
  const name = `Zeb${at} Quackenbush`
  const mail = `zeb${at}@contoso.com`
  const phone = `+49 170 ${String(1_000_000 + at)}`
  return {
    hand_personid: `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
    hand_name: name,
    hand_phone: at % 4 === 0 ? phone : undefined,
    hand_json: `{"mail":"${mail}","vip":true}`,
    hand_file: at % 4 === 1 ? btoa(`name;mail\n${name};${mail}\n`) : undefined,
  }
}

describe('two hundred thousand masked rows', () => {
  it('hold no planted value in text, JSON or the content of files; unmasked each is found', () => {
    const masked = planned(people, { hand_name: { kind: 'fake', provider: 'full-name' } })
    const needles = createNeedles({ seed: { low: 17, high: 4711 }, atMost: 4_000_000, isOrdinary: (word) => masks.isOrdinary('en', word) })
    const count = 200_000
    for (let at = 0; at < count; at++) needles.protect(masked, personOf(at))
    expect(needles.isFull).toBe(false)
    const mask = maskerOf(masked, { holdsProtected: (text) => needles.findIn(text) !== undefined })
    let findings = 0
    for (let at = 0; at < count; at++) findings += scanRow({ needles, masked }, mask(personOf(at))).length
    expect(findings).toBe(0)
    const leaks: readonly (readonly [string, string, string])[] = [
      ['hand_name', 'She is called zeb7 quackenbush.', 'hand_person.hand_name'],
      ['hand_json', 'see ZEB8@Contoso.com', 'hand_person.hand_json'],
      ['hand_phone', 'dial +491701000012 now', 'hand_person.hand_phone'],
      ['hand_json', '{"a":{"b":["zeb10@contoso.com"]}}', 'hand_person.hand_json'],
      ['hand_json', String.raw`{"a":"\u007aeb11@contoso.com"}`, 'hand_person.hand_json'],
      ['hand_file', btoa('x,y\n1,Zeb12 Quackenbush\n'), 'hand_person.hand_name'],
      ['hand_name', 'https://x.example.com/?who=zeb13%40contoso.com', 'hand_person.hand_json'],
      ['hand_name', 'to 100% sure: mailto:zeb14%40contoso.com', 'hand_person.hand_json'],
      ['hand_name', '<p><b>Zeb15</b>&nbsp;<i>Quack</i>enbush</p>', 'hand_person.hand_name'],
      ['hand_name', 'Zeb\u00AD16 Quacken\u200Bbush', 'hand_person.hand_name'],
      ['hand_name', 'ＺＥＢ17 ＱＵＡＣＫＥＮＢＵＳＨ', 'hand_person.hand_name'],
      ['hand_json', `{"page":"data:text/html;base64,${btoa('<td>zeb18@contoso.com</td>')}"}`, 'hand_person.hand_json'],
      ['hand_file', btoa('M\u00FCller;x\nZeb19 Quackenbush\n'), 'hand_person.hand_name'],
      ['hand_file', btoa([...'Zeb21 Quackenbush, first'].map((each) => `${each}\0`).join('')), 'hand_person.hand_name'],
      ['hand_file', btoa(JSON.stringify({ url: encodeURIComponent('who=Zeb22 Quackenbush') })), 'hand_person.hand_name'],
    ]
    for (const [name, text, from] of leaks) {
      const found = scanRow({ needles, masked }, { hand_personid: 'p', [name]: text })
      expect(found, text).toContainEqual(
        expect.objectContaining({ table: 'hand_person', column: name, id: 'p', what: 'protected-value', from }),
      )
      expect(JSON.stringify(found)).not.toMatch(/zeb/i)
    }
    expect(scanRow({ needles, masked }, { hand_personid: personOf(3)['hand_personid'], hand_name: 'Zeb3 Quackenbush' })).toMatchObject([
      { what: 'same-value' },
    ])
  })
})
