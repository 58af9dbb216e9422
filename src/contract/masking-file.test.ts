import { describe, expect, it } from 'vitest'
import { refuse } from '#domain/kernel'
import { maskingJsonSchema, parseMaskingFile, writeMaskingFile } from './masking-file.ts'

const good = `version: 1
locale: de
tables:
  contact:
    columns:
      firstname: { fake: first-name }
      nickname: mask
      description: null
      hand_iban: { mask: iban }
      hand_code: hash
      statuscode: keep
`

describe('a file of masking rules', () => {
  it('is read, and written as it was read', () => {
    const read = parseMaskingFile(good)
    if (!read.ok) throw new Error(JSON.stringify(read.refusal))
    expect(read.value.rules).toEqual({
      locale: 'de',
      tables: {
        contact: {
          columns: {
            firstname: { kind: 'fake', provider: 'first-name' },
            nickname: { kind: 'mask' },
            description: { kind: 'null' },
            hand_iban: { kind: 'mask', check: 'iban' },
            hand_code: { kind: 'hash' },
            statuscode: { kind: 'keep' },
          },
        },
      },
    })
    const again = parseMaskingFile(writeMaskingFile(read.value.rules))
    expect(again.ok && again.value.rules).toEqual(read.value.rules)
  })

  it('is refused with line and column, also by what the environment says of it', () => {
    expect(parseMaskingFile(good.replace('nickname: mask', 'nickname: scramble'))).toMatchObject({
      ok: false,
      refusal: {
        code: 'data.rules-invalid',
        reasons: [
          { subject: 'tables.contact.columns.nickname', message: expect.stringMatching(/^line 7, column 17: this must be keep, mask/) },
        ],
      },
    })
    expect(parseMaskingFile('version: 1\n tables: [')).toMatchObject({ ok: false, refusal: { code: 'data.rules-invalid' } })
    const read = parseMaskingFile(good)
    const said = refuse('data.rules-unfit', 'No.', 'Correct it.', [{ subject: 'tables.contact.columns.hand_code', message: 'too short.' }])
    expect(read.ok && read.value.place(said.refusal).reasons).toEqual([
      { subject: 'tables.contact.columns.hand_code', message: expect.stringMatching(/^line 10, column \d+: too short\.$/) },
    ])
  })

  it('has a JSON Schema', () => {
    expect(JSON.stringify(maskingJsonSchema())).toContain('first-name')
  })
})
