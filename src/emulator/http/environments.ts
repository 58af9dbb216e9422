import { DroverError } from '#domain/kernel'
import { forgetEnvironment } from '../admin-plane/forget-environment.ts'
import { ODataError } from '../errors.ts'
import type { Jobs } from '../jobs/jobs.ts'
import { readSnapshot, takeSnapshot } from '../store/snapshot.ts'
import type { EmulatorStore, EnvironmentStore } from '../store/store.ts'

/** What can be done with whole environments. */
export interface Environments {
  /** Makes what is missing of an environment; one that is whole stays as it is. Throws `emulator.environment-name`, `emulator.template-unknown`. */
  prepare(name: string, template?: string): Promise<void>
  /** Throws 409 `emulator.environment-exists`. */
  create(name: string, template?: string): Promise<void>
  /** Throws 409 `emulator.busy` while a solution operation runs there; so do those that follow. */
  remove(name: string): Promise<void>
  /** Empties it, as new: with the template that it was made of. */
  reset(name: string): Promise<void>
  snapshot(name: string): Promise<Buffer>
  /** Puts a snapshot in the place of all that the environment has, or makes the environment of it. */
  restore(name: string, file: Uint8Array): Promise<void>
}

export function createEnvironments(
  { store, jobs, now }: { readonly store: EmulatorStore; readonly jobs: Jobs; now(): Date },
  furnish: (env: EnvironmentStore, template: string | undefined) => Promise<void>,
): Environments {
  function refuseBusy(name: string): void {
    const holder = jobs.holder(name)
    if (holder !== undefined)
      throw new ODataError(409, 'emulator.busy', `The environment '${name}' is busy with [${holder}]: wait until it has ended.`)
  }
  async function prepare(name: string, template?: string): Promise<void> {
    checkName(name)
    if (store.has(name)) await store.environment(name).join((env) => furnish(env, template))
    else await store.renew(name, (fresh) => furnish(fresh, template))
  }
  return {
    prepare,
    async create(name, template) {
      if (store.has(name)) throw new ODataError(409, 'emulator.environment-exists', `There is an environment '${name}' already.`)
      checkName(name)
      await store.renew(name, (fresh) => furnish(fresh, template))
    },
    async remove(name) {
      store.environment(name)
      refuseBusy(name)
      await store.remove(name, (tenant) => forgetEnvironment(tenant, name))
    },
    async reset(name) {
      const template = templateOf(store.environment(name))
      refuseBusy(name)
      await store.renew(name, (fresh) => furnish(fresh, template))
    },
    async snapshot(name) {
      store.environment(name)
      return takeSnapshot(store, name, now())
    },
    async restore(name, file) {
      checkName(name)
      const { content } = await readSnapshot(file)
      refuseBusy(name)
      await store.replace(name, content)
      await jobs.recover(store.environment(name))
      await store.environment(name).join((env) => furnish(env, undefined))
    },
  }
}

const table = '~setting'
const key = 'template'

/** The template that an environment was made of; undefined for one that was made before it was kept. */
function templateOf(env: EnvironmentStore): string | undefined {
  const name = env.read((tx) => tx.get(table, key)?.['value'])
  return typeof name === 'string' ? name : undefined
}

/** Keeps the template of a new environment; one that has one keeps its own. */
export async function keepTemplate(env: EnvironmentStore, template: string): Promise<void> {
  if (templateOf(env) === undefined) await env.write((tx) => tx.put(table, key, { value: template }))
}

function checkName(name: string): void {
  if (/^[a-z][a-z0-9-]{0,39}$/.test(name)) return
  throw new DroverError('emulator.environment-name', `"${name}" cannot be the name of a local environment.`, {
    hint: 'Use up to 40 lower-case letters, digits and hyphens, beginning with a letter: the name stands in addresses.',
  })
}
