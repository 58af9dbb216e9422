import { describe, expect, it } from 'vitest'
import type { PersonId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import { withoutNames } from './without-names.ts'

const person = (id: string, name: string) => ({ id: toId<PersonId>(id), name, roles: [] })

describe('what becomes part of the ledger', () => {
  it('has ids where it had names, at any depth, and nothing else changed', () => {
    const people = [person('p-1', 'Ann'), person('p-2', 'Ann (maker)'), person('p-3', 'Zoë *Ö.*'), person('same', 'same')]
    const refusal = {
      message: 'Ask Ann or Ann (maker).',
      reasons: [{ subject: 'Zoë *Ö.*', message: 'Anna, Joann and Annex; same.', count: 3, at: null }],
    }
    expect(withoutNames(refusal, people)).toEqual({
      message: 'Ask p-1 or p-2.',
      reasons: [{ subject: 'p-3', message: 'Anna, Joann and Annex; same.', count: 3, at: null }],
    })
  })
})
