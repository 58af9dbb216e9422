import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commands } from '../../cli/commands/registry.ts'
import { routes } from '#contract'
import type { EnvironmentId, Result } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Engine } from '#engine'
import { personId } from '../../../test/support/domain-builders.ts'
import type { PromotionWorld } from '../../../test/support/promotion-world.ts'
import { openPromotionWorld } from '../../../test/support/promotion-world.ts'

const prod = toId<EnvironmentId>('prod')
const actor = personId('pat')
const reason = 'a test'

/** Whatever could reset, delete, restore over, copy over or rebuild an environment, aimed at a pet by a platform-admin who insists. */
const deeds: readonly (readonly [string, (engine: Engine) => Promise<Result<unknown>>])[] = [
  ['rebuilding it', (engine) => engine.rebuildEnvironment({ environmentId: prod, isDryRun: false, isAfresh: true, actor })],
  ['restoring over it', (engine) => engine.restoreSandbox({ environmentId: prod, sandboxId: prod, reason, isConfirmed: true, actor })],
  [
    'practising a way back on it',
    (engine) =>
      engine.rehearseRecovery({
        environmentId: prod,
        sandboxId: prod,
        solution: 'Permits',
        way: 'uninstall',
        isAsItIs: true,
        reason,
        actor,
      }),
  ],
]

let world: PromotionWorld

beforeAll(async () => {
  world = await openPromotionWorld({ isAdministered: true })
})
afterAll(() => world.close())

describe('a pet', () => {
  it.each(deeds)('is not offered %s, and nothing is written down or started', async (_, attempt) => {
    const before = await world.deps.ledger.readAll(0, 1000)
    const answer = await attempt(world.engine)
    expect(answer).toMatchObject({ ok: false, refusal: { code: 'PET-02' } })
    expect(await world.deps.ledger.readAll(0, 1000)).toEqual(before)
  })
})

/** Files that ask a platform for what cannot be undone → the rule that each asks first. Whoever adds one says which. */
const guards: Readonly<Record<string, RegExp>> = {
  'cattle/make-anew.ts': /requireCattle/,
  'recovery/sandbox-restore.ts': /refuseSandbox/,
  'recovery/sandbox-uninstall.ts': /refuseDeed/,
  'steps/uninstall.ts': /judgeGraveDeed/,
}

describe('the product', () => {
  const engine = join(import.meta.dirname, '..')
  const sources = readdirSync(engine, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.startsWith('ports'))
    .map((file) => ({ file: relative(engine, join(engine, file)), text: readFileSync(join(engine, file), 'utf8') }))

  it('asks for what cannot be undone only where a rule for pets is asked first', () => {
    const callers = sources.filter(({ text }) => /administration\.(deleteEnvironment|restore|copy)\(|\.startUninstallation\(/.test(text))
    expect(callers.map(({ file }) => file).sort()).toEqual(Object.keys(guards).sort())
    for (const { file, text } of callers) expect(text, file).toMatch(guards[file] ?? /^$/)
  })

  it('cannot reset an environment or change its kind at all', () => {
    const adapter = join(import.meta.dirname, '../../adapters/dataverse/administration')
    const texts = readdirSync(adapter)
      .filter((file) => !file.endsWith('.test.ts'))
      .map((file) => readFileSync(join(adapter, file), 'utf8'))
    expect(texts.filter((text) => /modifySku|\/reset\b|'reset'/i.test(text))).toEqual([])
  })

  it.each([
    ['routes', Object.keys(routes)],
    ['commands', commands.map(({ path }) => path.join(' '))],
  ])('offers none of it by name among its %s', (_, names) => {
    // Local environments are put back by `drover emulator`, which speaks to no other.
    const offered = names.filter((name) => /reset|wipe|sku|copy|uninstall/i.test(name) && !name.startsWith('emulator '))
    expect(offered).toEqual([])
  })
})
