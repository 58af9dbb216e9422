import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Count } from '#domain/environment'
import type { LossKind } from '#domain/plan'
import type { CountQuestion, OpenEnvironment } from '#engine/ports'
import { bring } from '../../../../test/conformance/life-of-solutions.ts'
import type { Organisation } from '../../../../test/conformance/organisation.ts'
import { openLocal, rowsOf } from '../../../../test/conformance/organisation.ts'
import { book, idOf, make, makeLibrary, makeRows, pairs, shelf } from '../testing/library.ts'
import { openOf } from '../testing/observed-organisation.ts'

let organisation: Organisation
let environment: OpenEnvironment

beforeAll(async () => {
  organisation = await openLocal()
  environment = openOf(organisation)
  await makeLibrary(organisation)
  await makeRows(organisation, 'new_shelfs', [{ new_shelfid: idOf(2, 1), new_name: 'Attic' }])
  const books = Array.from({ length: 7 }, (_, at) => ({
    new_bookid: idOf(1, at),
    new_name: `Book ${at}`,
    ...(at < 3 ? { new_code: `K-${at}` } : {}),
    ...(at < 2 ? { 'new_Shelf@odata.bind': `/new_shelfs(${idOf(2, 1)})` } : {}),
  }))
  await makeRows(organisation, 'new_books', books)
  for (const at of [0, 1, 2]) {
    const body = { '@odata.id': `${organisation.url}/api/data/v9.2/new_shelfs(${idOf(2, 1)})` }
    await make(organisation, `new_books(${idOf(1, at)})/${pairs}/$ref`, body)
  }
})
afterAll(() => organisation.close())

function ask(kind: LossKind, more: Partial<CountQuestion> = {}): CountQuestion {
  return { kind, component: { kind: 'Entity', key: book, id: idOf(9, 9) }, table: book, column: undefined, ...more }
}

async function count(...questions: readonly CountQuestion[]): Promise<readonly Count[]> {
  return environment.count(questions, { requests: 20 })
}

describe('counting', () => {
  it('counts rows, values and links of a table exactly, and says when', async () => {
    const answers = await count(
      ask('rows'),
      ask('values', { column: 'new_code' }),
      ask('values', { column: 'new_shelf' }),
      ask('values', { column: 'new_pages' }),
      ask('rows', { table: shelf }),
      ask('links', { component: { kind: 'EntityRelationship', key: 'new_shelf_books', id: '' }, table: undefined }),
      ask('links', { component: { kind: 'EntityRelationship', key: pairs, id: '' }, table: undefined }),
    )
    expect(answers.map((answer) => (answer.kind === 'exact' ? answer.n : answer))).toEqual([7, 3, 2, 0, 1, 2, 3])
    expect(answers[0]).toEqual({ kind: 'exact', n: 7, method: 'counted now', asOf: '2026-11-21T12:00:00.000Z' })
  })

  it('counts who holds a role, whom rows are shared with, and values of a variable', async () => {
    const roles = rowsOf(await organisation.call('GET', "roles?$select=roleid&$filter=name eq 'System Administrator'"))
    const administrators = rowsOf(
      await organisation.call('GET', `systemuserrolescollection?$filter=roleid eq ${String(roles[0]?.['roleid'])}`),
    )
    expect(administrators.length).toBeGreaterThan(0)
    const [assignments, sharing, values] = await count(
      ask('role-assignments', { component: { kind: 'Role', key: 'admin', id: String(roles[0]?.['roleid']) }, table: undefined }),
      ask('sharing'),
      ask('variable-value', { table: undefined }),
    )
    expect(assignments).toMatchObject({ kind: 'exact', n: administrators.length })
    expect([sharing, values]).toMatchObject([
      { kind: 'exact', n: 0 },
      { kind: 'exact', n: 0 },
    ])
  })

  it('leaves unknown what the environment does not offer, each for its own reason, and counts the others', async () => {
    const answers = await count(
      ask('run-history', { table: undefined }),
      ask('column-security', { column: 'new_code' }),
      ask('rows', { table: 'new_nothing' }),
      ask('values', { column: 'new_nothing' }),
      ask('rows'),
    )
    expect(answers).toMatchObject([
      { kind: 'unknown', why: expect.stringContaining('does not offer it') },
      { kind: 'unknown', why: expect.stringContaining('does not offer it') },
      { kind: 'unknown', why: 'the environment does not show table new_nothing' },
      { kind: 'unknown', why: expect.stringContaining('new_nothing') },
      { kind: 'exact', n: 7 },
    ])
  })

  it('stays within its budget whatever is asked, and says so of what it did not reach', async () => {
    const questions = Array.from({ length: 3000 }, () => ask('values', { column: 'new_code' }))
    const before = environment.countRequests()
    const answers = await environment.count(questions, { requests: 4 })
    expect(environment.countRequests() - before).toBeLessThanOrEqual(4)
    expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(['exact', 'unknown']))
    expect(answers.find((answer) => answer.kind === 'unknown')).toMatchObject({ why: expect.stringContaining('used up') })
    expect(await environment.count([ask('rows')], { requests: 0 })).toMatchObject([{ kind: 'unknown' }])
  })

  it('gives lower bounds only to who may not see all rows', async () => {
    const narrow = await openLocal()
    try {
      await bring(narrow, { name: 'Boats', version: '1.0.0.0', tables: [{ name: 'hand_boat' }] })
      const me = rowsOf(await narrow.call('GET', 'systemusers?$select=systemuserid,applicationid')).find((row) => row['applicationid'])
      const roles = rowsOf(await narrow.call('GET', 'roles?$select=roleid,name'))
      const idOfRole = (name: string): string => String(roles.find((role) => role['name'] === name)?.['roleid'])
      const link = `systemusers(${String(me?.['systemuserid'])})/systemuserroles_association`
      const root = `${narrow.url}/api/data/v9.2`
      await make(narrow, `${link}/$ref`, { '@odata.id': `${root}/roles(${idOfRole('System Customizer')})` })
      const taken = await narrow.call('DELETE', `${link}(${idOfRole('System Administrator')})/$ref`)
      expect(taken.status, taken.text).toBe(204)
      const [answer] = await openOf(narrow).count([ask('rows', { table: 'hand_boat' })], { requests: 20 })
      expect(answer).toMatchObject({
        kind: 'at-least',
        n: 0,
        method: expect.stringContaining("only what Drover's identity may see"),
        isPartial: true,
      })
    } finally {
      await narrow.close()
    }
  })
})
