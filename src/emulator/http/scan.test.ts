import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestEnvironment, TestEnvironments } from '../../../test/support/emulated-environment.ts'
import { openTestEnvironments } from '../../../test/support/emulated-environment.ts'
import type { Row } from '../store/store.ts'
import { dataTable } from '../tables/data/data-table.ts'
import { findTable } from '../tables/registry.ts'
import { Reading } from '../tables/rows.ts'
import type { Table } from '../tables/table.ts'
import type { ApiCall } from './api-call.ts'
import { openCall } from './api-call.ts'
import type { Page } from './page.ts'
import type { Scan } from './scan.ts'
import { scanPage } from './scan.ts'
import { circumstancesOf } from './select-rows.ts'

const count = 1000
const pageSize = 10

describe('the pages of a large table', () => {
  let environments: TestEnvironments
  let environment: TestEnvironment
  let table: Table
  let read = 0

  beforeAll(async () => {
    environments = await openTestEnvironments()
    environment = await environments.open('dev')
    const { env } = environment.ctx
    const found = env.read((tx) => dataTable(tx, 'task'))
    if (found?.create === undefined) throw new Error('There are no tasks.')
    const { create } = found
    table = found
    await env.join(async (joined) => {
      const ctx = { ...environment.ctx, env: joined, solution: undefined }
      for (let at = 0; at < count; at++) await create(ctx, { subject: `Task ${at % 50}` })
    })
  })
  afterAll(() => environments.close())

  /** Goes through all pages; tells the rows seen, and how many were read from the table for it. */
  function walk(
    query: string,
    between: (page: Page) => void = () => undefined,
  ): { readonly ids: readonly string[]; readonly read: number } {
    read = 0
    const ids: string[] = []
    let address: string | undefined = `http://localhost/dev/api/data/v9.2/tasks?${query}`
    while (address !== undefined) {
      const page = pageAt(address)
      ids.push(...page.rows.map((row) => String(row['activityid'])))
      between(page)
      address = page.next
    }
    return { ids, read }
  }

  function pageAt(address: string): Page {
    const { ctx } = environment
    const call: ApiCall = openCall({
      method: 'GET',
      path: 'tasks',
      url: new URL(address),
      headers: { prefer: `odata.maxpagesize=${pageSize}` },
      serviceRoot: 'http://localhost/dev/api/data/v9.2',
      context: ctx,
      readBytes: async () => Buffer.from(''),
      readText: () => Promise.resolve(''),
    })
    const { filter, orderBy } = call.query
    return ctx.env.read((tx) => {
      const reading = new Reading(tx, findTable)
      return scanPage(call, counted, { reading, table, filter, orderBy, circumstances: circumstancesOf(call) })
    })
  }

  const counted: Scan = function* (tx, after): Iterable<Row> {
    for (const row of table.scan?.(tx, after) ?? []) {
      read++
      yield row
    }
  }

  it('read each row about once, however many pages there are', () => {
    const walked = walk('$select=subject')
    expect(new Set(walked.ids).size).toBe(count)
    // One more for each page, to see whether another follows.
    expect(walked.read).toBeLessThan(count + count / pageSize + 1)
  })

  it('find what passes a filter without looking at the rows before again', () => {
    const walked = walk("$filter=subject eq 'Task 7'")
    expect(walked.ids).toHaveLength(count / 50)
    expect(walked.read).toBeLessThan(count * 1.2)
  })

  it('sort once for all pages of an order', () => {
    const walked = walk('$orderby=subject desc')
    expect(new Set(walked.ids).size).toBe(count)
    expect(walked.read).toBe(count)
  })

  it('count once for all pages', () => {
    const totals = new Set<number>()
    const walked = walk("$count=true&$filter=startswith(subject,'Task 1')", (page) => totals.add(page.total))
    expect([...totals]).toEqual([(count / 50) * 11])
    expect(walked.read).toBeLessThan(count * 2.3)
  })

  it('show what was written between two of them', async () => {
    const first = pageAt('http://localhost/dev/api/data/v9.2/tasks?$orderby=subject')
    const [gone] = pageAt(String(first.next)).rows
    if (gone === undefined || table.remove === undefined) throw new Error('There is no second page.')
    await table.remove({ ...environment.ctx, solution: undefined }, gone)
    const ids = pageAt(String(first.next)).rows.map((row) => row['activityid'])
    expect(ids).toHaveLength(pageSize)
    expect(ids).not.toContain(gone['activityid'])
  })
})
