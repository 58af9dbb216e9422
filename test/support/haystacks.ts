import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import pg from 'pg'
import { readZip } from '#format'
import type { RunningDrover } from './product.ts'

/** Something that was left behind and may be read by somebody: where it is, and its bytes. */
export interface Haystack {
  readonly where: string
  readonly bytes: Buffer
}

/** The places and names of what was found: `where: needle`. */
export function findNeedles(haystacks: readonly Haystack[], needles: Readonly<Record<string, string>>): string[] {
  const forms = Object.entries(needles).map(([name, needle]) => [name, formsOf(needle)] as const)
  return haystacks.flatMap(({ where, bytes }) =>
    forms.filter(([, all]) => all.some((form) => bytes.includes(form))).map(([name]) => `${where}: ${name}`),
  )
}

/** As it is, in hexadecimal, in UTF-16, and in base64 at each of the three places where its first byte can fall. */
function formsOf(needle: string): Buffer[] {
  const bytes = Buffer.from(needle)
  const base64 = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    // The first and the last letters also depend on what stands beside the needle.
    return text.slice(Math.ceil((offset * 8) / 6), -1)
  })
  const texts = [...base64, ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')), bytes.toString('hex')]
  return [bytes, Buffer.from(needle, 'utf16le'), ...texts.map((text) => Buffer.from(text))]
}

/** Every row of every table, in every schema of every database of the workspace's PostgreSQL, read by its superuser. */
export async function dumpDatabases(folder: string): Promise<Haystack[]> {
  // Written by the embedded database alone.
  const { adminPassword } = JSON.parse(readFileSync(join(folder, 'database.json'), 'utf8')) as { readonly adminPassword: string }
  const port = Number(readFileSync(join(folder, 'database.port'), 'utf8').trim())
  const login = { host: '127.0.0.1', port, user: 'drover_admin', password: adminPassword }
  const databases = await query<{ datname: string }>(
    { ...login, database: 'postgres' },
    'SELECT datname FROM pg_database WHERE datallowconn',
  )
  const dumps = await Promise.all(databases.map(({ datname }) => dumpDatabase({ ...login, database: datname })))
  return dumps.flat()
}

async function dumpDatabase(login: pg.ClientConfig & { readonly database: string }): Promise<Haystack[]> {
  const tables = await query<{ name: string }>(
    login,
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
     UNION SELECT format('%I.%I', schemaname, matviewname) FROM pg_matviews`,
  )
  const haystacks: Haystack[] = []
  for (const { name } of tables) {
    const rows = await query<{ row: string }>(login, `SELECT t::text AS row FROM ${name} t`)
    haystacks.push({ where: `${login.database} ${name}`, bytes: Buffer.from(rows.map(({ row }) => row).join('\n')) })
  }
  return haystacks
}

async function query<Row extends pg.QueryResultRow>(login: pg.ClientConfig, text: string): Promise<Row[]> {
  const client = new pg.Client(login)
  await client.connect()
  try {
    return (await client.query<Row>(text)).rows
  } finally {
    await client.end()
  }
}

/** Every file of the workspace, but for the folders and files that are there to keep secrets, and the data of the platform and of PostgreSQL. */
export function readWorkspace(folder: string, leaveOut: readonly string[]): Haystack[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !leaveOut.some((left) => path === left || path.startsWith(`${left}/`)))
    .map((path) => ({ where: path, bytes: readFileSync(join(folder, path)) }))
}

/** Every object of the repository, inflated: blobs, trees, commits with their messages, tags. */
export function readGitObjects(repository: string): Haystack[] {
  const bytes = execFileSync('git', ['-C', repository, 'cat-file', '--batch-all-objects', '--batch'], { maxBuffer: 512 * 1024 * 1024 })
  return [{ where: 'git objects', bytes }]
}

/** Every stored artifact, and every file inside it. */
export async function readArtifacts(folder: string): Promise<Haystack[]> {
  const haystacks: Haystack[] = []
  for (const { where, bytes } of readWorkspace(folder, [])) {
    haystacks.push({ where, bytes })
    // Logs of imports and reports of tests are kept beside solution files.
    if (!Buffer.from(bytes).subarray(0, 2).equals(Buffer.from('PK'))) continue
    for (const file of await readZip(bytes)) haystacks.push({ where: `${where}!${file.path}`, bytes: Buffer.from(file.bytes) })
  }
  return haystacks
}

/** The page with its scripts, and what the API answers to everything that can be read, as the asking person gets it. */
export async function readDoors(drover: RunningDrover, token: string): Promise<{ readonly page: Haystack[]; readonly api: Haystack[] }> {
  const api: Haystack[] = []
  const ask = async (path: string): Promise<unknown> => {
    const text = await fetchText(`${drover.url}/api/v1${path}`, token)
    api.push({ where: `GET ${path}`, bytes: Buffer.from(text) })
    return JSON.parse(text)
  }
  for (const path of [
    '/me',
    '/configuration',
    '/board',
    '/environments',
    '/environments/dev',
    '/environments/test',
    '/environments/prod',
    '/ledger/verification',
  ])
    await ask(path)
  // Replies of our own API; a change of their form would leave these lists empty, which the positive controls would show.
  for (const { releaseId } of ((await ask('/releases')) as { releases: { releaseId: string }[] }).releases)
    await ask(`/releases/${releaseId}`)
  for (const { promotionId } of ((await ask('/promotions')) as { promotions: { promotionId: string }[] }).promotions)
    await ask(`/promotions/${promotionId}`)
  for (let after: number | undefined = 0; after !== undefined; )
    after = ((await ask(`/ledger?after=${after}&limit=500`)) as { next?: number }).next

  const html = await fetchText(drover.url, token)
  const assets = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].flatMap((found) => found[1] ?? [])
  const page = [{ where: 'the page', bytes: Buffer.from(html) }]
  for (const asset of assets) page.push({ where: asset, bytes: Buffer.from(await fetchText(`${drover.url}${asset}`, token)) })
  return { page, api }
}

async function fetchText(url: string, token: string): Promise<string> {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`)
  return answer.text()
}

/** What anybody on this machine can see of running programs; empty where there is no /proc. */
export function readCommandLines(): Haystack[] {
  if (!existsSync('/proc/self/cmdline')) return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [{ where: `command line of process ${pid}`, bytes: readFileSync(`/proc/${pid}/cmdline`) }]
      } catch {
        // It ended meanwhile.
        return []
      }
    })
}
