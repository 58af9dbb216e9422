import { describe, expect, it } from 'vitest'
import { createPaint } from './paint.ts'
import { table } from './table.ts'
import { readableText } from './words.ts'

describe('what others wrote', () => {
  const esc = '\u001b'

  it('reaches no terminal as a command to it, and no reader the other way round', () => {
    const reason = `late${esc}[2K${esc}[1A${esc}]0;approved\u0007\u009b2J\r✔ \u202egnip\u202c`
    expect(readableText(reason)).toBe('late\\u001b[2K\\u001b[1A\\u001b]0;approved\\u0007\\u009b2J\\u000d✔ \\u202egnip\\u202c')
  })

  it('keeps its lines, tabs and letters of every script, and our own colours stay', () => {
    const paint = createPaint(true)
    const text = `${paint.red('✖')} ${paint.bold(paint.dim('אבג'))}\t${paint.green('näh')} ${paint.yellow('👩‍🚀')}\n`
    expect(readableText(text)).toBe(text)
    expect(readableText('one\r\ntwo')).toBe('one\ntwo')
  })

  it('makes no row of its own in a table', () => {
    const rows = [
      ['w-1', 'late\nw-2  approved'],
      ['w-3', 'soon'],
    ]
    expect(
      table({ headings: ['WAIVER', 'WHY'], rows, whenEmpty: '' }, createPaint(false))
        .trimEnd()
        .split('\n'),
    ).toHaveLength(3)
  })
})

describe('what people read', () => {
  it.each([
    ['lapses at 2026-11-26T03:02:12.955Z.', 'lapses at 2026-11-26 03:02:12 UTC.'],
    ['from 2026-11-26T03:02:12Z until 2026-11-27T03:02:12Z', 'from 2026-11-26 03:02:12 UTC until 2026-11-27 03:02:12 UTC'],
  ])('tells instants in sentences as those beside them: %s', (told, read) => {
    expect(readableText(told)).toBe(read)
  })

  it.each([
    'drover recovery sandbox prod --at 2026-11-26T03:02:12.955Z --yes',
    'drover evidence export --as-of 2026-11-26T03:02:12Z',
    '    endsAt: 2026-11-26T18:00:00.000Z',
    '  endsAt: "2026-11-26T18:00:00Z"',
  ])('leaves what is to be taken as it stands: %s', (taken) => {
    expect(readableText(taken)).toBe(taken)
  })
})
