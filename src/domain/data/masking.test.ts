import { describe, expect, it } from 'vitest'
import { maskedTable, maskingColumn as column, maskingTable as table } from '../../../test/support/masking-tables.ts'
import type { MaskingColumn, MaskingRule, MaskingTable } from './index.ts'
import { describeRule, planMasking } from './index.ts'

const contact = table(
  'contact',
  [
    column('emailaddress1', 'String', { format: 'Email' }),
    column('firstname', 'String'),
    column('hand_code', 'String', { maxLength: 10 }),
    column('hand_key', 'String', { maxLength: 12 }),
    column('description', 'Memo'),
    column('birthdate', 'DateTime'),
    column('hand_pay', 'Money'),
    column('hand_iban', 'String'),
    column('hand_scan', 'File'),
    column('gendercode', 'Picklist'),
    column('donotphone', 'Boolean'),
    column('parentcustomerid', 'Customer'),
    column('preferredsystemuserid', 'Lookup'),
    column('ownerid', 'Owner', { isRequired: true }),
    column('createdon', 'DateTime'),
    column('fullname', 'String', { isWritable: false }),
  ],
  { keys: [['hand_key']], targets: { parentcustomerid: ['account', 'contact'], preferredsystemuserid: ['systemuser'] } },
)

describe('a column that no rule names', () => {
  const byName = new Map(maskedTable(contact).masks.map(({ column: { name }, rule }) => [name, describeRule(rule)]))

  it.each([
    ['emailaddress1', 'fake email'],
    ['firstname', 'fake first-name'],
    ['hand_code', 'mask'],
    ['description', 'mask'],
    ['birthdate', 'mask'],
    ['hand_pay', 'mask'],
    ['hand_iban', 'mask (iban)'],
    ['hand_scan', 'null'],
    ['preferredsystemuserid', 'null'],
    ['ownerid', 'null'],
    ['createdon', 'null'],
    ['gendercode', 'keep'],
    ['donotphone', 'keep'],
    ['parentcustomerid', 'keep'],
    ['contactid', 'keep'],
  ])('%s goes by %s', (name, rule) => {
    expect(byName.get(name)).toBe(rule)
  })

  it('is never written when the service computes it', () => {
    expect(byName.has('fullname')).toBe(false)
  })

  it('is of no kind that is kept raw where it can hold something about somebody', () => {
    const kept = ['String', 'Memo', 'DateTime', 'Money', 'Integer', 'BigInt', 'Decimal', 'Double', 'File', 'Image'].filter((type) => {
      const [mask] = maskedTable(table('hand_any', [column('hand_x', type)])).masks.filter(({ column: { name } }) => name === 'hand_x')
      return mask?.rule.kind === 'keep'
    })
    expect(kept).toEqual([])
  })

  it('is left out when nobody knows what its kind holds', () => {
    const [, mask] = maskedTable(table('hand_any', [column('hand_x', 'HandwritingOfTomorrow')])).masks
    expect(mask).toMatchObject({ rule: { kind: 'null' } })
  })
})

describe('rules are refused with their place', () => {
  it.each<[string, MaskingRule, RegExp]>([
    ['hand_gone', { kind: 'keep' }, /no such column/],
    ['contactid', { kind: 'mask' }, /id of the row/],
    ['emailaddress1', { kind: 'hash' }, /break its format Email/],
    ['emailaddress1', { kind: 'fake', provider: 'city' }, /break its format Email/],
    ['birthdate', { kind: 'fake', provider: 'email' }, /is a text/],
    ['hand_code', { kind: 'hash' }, /holds 10 characters/],
    ['hand_key', { kind: 'null' }, /alternate key/],
    ['hand_key', { kind: 'fake', provider: 'full-name' }, /alternate key and holds 12/],
    ['hand_scan', { kind: 'keep' }, /do not travel/],
    ['hand_pay', { kind: 'mask', check: 'iban' }, /check digits/],
    ['gendercode', { kind: 'mask' }, /nothing that could be masked/],
  ])('%s: %o', (name, rule, message) => {
    const refused = plan([contact], { contact: { columns: { [name]: rule } } })
    expect(refused).toMatchObject({
      ok: false,
      refusal: {
        code: 'data.rules-unfit',
        reasons: [{ subject: `tables.contact.columns.${name}`, message: expect.stringMatching(message) }],
      },
    })
  })

  it('and so are tables that are not there', () => {
    expect(plan([contact], { hand_gone: { columns: {} } })).toMatchObject({
      ok: false,
      refusal: { reasons: [{ subject: 'tables.hand_gone' }] },
    })
  })

  it('but a default that would break a key gives way to a mask, which keeps values apart', () => {
    const key: MaskingColumn = column('hand_mail', 'String', { format: 'Email', maxLength: 20 })
    const [, mask] = maskedTable(table('hand_login', [key], { keys: [['hand_mail']] })).masks
    expect(mask).toMatchObject({ rule: { kind: 'mask' }, isUnique: true })
  })
})

function plan(tables: readonly MaskingTable[], rules: Parameters<typeof planMasking>[0]['rules']['tables']) {
  return planMasking({ rules: { locale: 'en', tables: rules }, tables, wanted: ['contact'] })
}
