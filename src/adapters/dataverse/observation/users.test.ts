import { afterEach, expect, it } from 'vitest'
import { createClient, createSignIn } from '../client.ts'
import type { LocalServer } from '../testing/local-server.ts'
import { api, dependencies, environmentAt, startLocalServer } from '../testing/local-server.ts'
import { createUserDirectory, userOf } from './users.ts'

let server: LocalServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

const idOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

async function serve(): Promise<{ readonly filters: (string | null)[]; readonly directory: ReturnType<typeof createUserDirectory> }> {
  const filters: (string | null)[] = []
  const local = await startLocalServer(({ path, query }) => {
    if (path !== api('systemusers')) return undefined
    filters.push(query.get('$filter'))
    const row = (n: number) => ({ systemuserid: idOf(n).toUpperCase(), fullname: `User ${n}`, isdisabled: n === 2 })
    return { body: { value: Array.from({ length: 1000 }, (_, n) => row(n)) } }
  })
  server = local
  return { filters, directory: createUserDirectory(createClient(createSignIn(environmentAt(local.url), dependencies()))) }
}

it('asks for each user once', async () => {
  const { filters, directory } = await serve()
  await directory.fetchUsers([idOf(1), idOf(2), undefined, null])
  const users = await directory.fetchUsers([idOf(2), idOf(1).toUpperCase()])
  expect(filters).toEqual([`(systemuserid eq ${idOf(1)} or systemuserid eq ${idOf(2)})`])
  expect([...users.values()].map(({ name, isEnabled }) => [name, isEnabled])).toEqual([
    ['User 1', true],
    ['User 2', false],
  ])
})

it('lists all users in place of asking for a great many of them', async () => {
  const { filters, directory } = await serve()
  const ids = Array.from({ length: 900 }, (_, n) => idOf(n))
  expect((await directory.fetchUsers(ids)).size).toBe(900)
  expect(filters).toEqual([null])
})

it('keeps the id of a user that cannot be read', async () => {
  const { directory } = await serve()
  const users = await directory.fetchUsers([idOf(5000)])
  expect(userOf(users, idOf(5000))).toEqual({ userId: idOf(5000), name: idOf(5000), isApplication: false })
  expect(userOf(users, undefined)).toBeUndefined()
})
