import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ComponentPart } from '#format'
import { attributeOf, child, childElements, element, parseXml } from '#format'
import { ODataError } from '../errors.ts'
import { readPart } from '../kinds/content.ts'
import type { SampleOptions, TestEnvironment, TestEnvironments } from '../../../test/support/emulated-environment.ts'
import { column, openTestEnvironments, placeOf, solutionFile, table } from '../../../test/support/emulated-environment.ts'
import type { ComponentName, Content, Outcome } from '../../../test/support/layer-model.ts'
import { componentNames, LayerModel } from '../../../test/support/layer-model.ts'
import type { ComponentState } from './component-state.ts'
import { publishedDigest, readComponent } from './component-state.ts'

const roleId = 'dddddddd-0000-4000-8000-000000000001'
const identities: Readonly<Record<ComponentName, readonly [id: string, layerName: string]>> = {
  role: [`Role:${roleId}`, 'Role'],
  table: ['Entity:con_order', 'Entity'],
  column: ['Attribute:con_order.con_code', 'Attribute'],
  choice: ['OptionSet:con_colour', 'OptionSet'],
}

function rolePart(name: string): ComponentPart {
  const xml = element('Role', { id: `{${roleId}}`, name }, [element('IsCustomizable', {}, ['1']), element('RolePrivileges')])
  return { kind: 'Role', key: roleId, displayName: name, parent: undefined, section: ['Roles'], xml, files: [] }
}

function tablePart(label: string): ComponentPart {
  const part = table('con_order')
  const name = element('Name', { LocalizedName: label, OriginalName: label }, ['con_order'])
  const info = child(part.xml, 'EntityInfo')
  return { ...part, displayName: label, xml: element('Entity', {}, info === undefined ? [name] : [name, info]) }
}

function choicePart(options: readonly number[]): ComponentPart {
  const all = options.map(
    (value) => `<option value="${value}"><labels><label description="${value}" languagecode="1033" /></labels></option>`,
  )
  const text = `<optionset Name="con_colour" localizedName="Colour"><OptionSetType>picklist</OptionSetType><options>${all.join('')}</options></optionset>`
  const xml = parseXml(text, 'choice')
  return { kind: 'OptionSet', key: 'con_colour', displayName: 'Colour', parent: undefined, section: ['optionsets'], xml, files: [] }
}

function partsOf({ role, table: label, column: code, choice }: Content): ComponentPart[] {
  return [
    ...(typeof role === 'string' ? [rolePart(role)] : []),
    ...(label === undefined ? [] : [label === 'PLACE' ? placeOf('con_order') : tablePart(String(label))]),
    ...(code === undefined ? [] : [column('con_order', 'con_code', String(code))]),
    ...(choice === undefined || typeof choice === 'string' ? [] : [choicePart(choice)]),
  ]
}

function rootsOf(content: Content): SampleOptions['roots'] {
  return [
    ...(content.role === undefined ? [] : [{ type: '20', id: roleId, behavior: 0 as const }]),
    ...(content.table === undefined ? [] : [{ type: '1', schemaName: 'con_order', behavior: 1 as const }]),
    ...(content.choice === undefined ? [] : [{ type: '9', schemaName: 'con_colour', behavior: 0 as const }]),
  ]
}

/** An environment and what the model makes of the same steps. */
interface World {
  readonly env: TestEnvironment
  readonly model: LayerModel
  /** Rises with every step, so that no version is refused. */
  step: number
}

async function outcomeOf(work: Promise<{ readonly operation: Readonly<Record<string, unknown>> }>): Promise<string> {
  try {
    const { operation } = await work
    const code = Number(operation.errorcode ?? 0)
    return code === 0 ? 'done' : `0x${(code >>> 0).toString(16).toUpperCase()}`
  } catch (error) {
    if (error instanceof ODataError) return error.code
    throw error
  }
}

async function bring(env: TestEnvironment, file: SampleOptions, message: string, more: Readonly<Record<string, unknown>>): Promise<string> {
  const params = { OverwriteUnmanagedCustomizations: false, PublishWorkflows: false, CustomizationFile: await solutionFile(file), ...more }
  return outcomeOf(env.finish(message, params))
}

type Package = { readonly content: Content; readonly isOverwrite: boolean }
type Step =
  | ({ readonly act: 'update' | 'hold' | 'stageAndUpgrade'; readonly solution: string } & Package)
  | ({ readonly act: 'patch' } & Package)
  | { readonly act: 'promote' | 'uninstall'; readonly solution: string }
  | { readonly act: 'customize'; readonly content: Content }
  | { readonly act: 'removeActive'; readonly component: ComponentName }

const publisherOf = (solution: string): string => (solution === 'C' ? 'fabrikam' : 'contoso')

/** Where there is no table yet, a package brings it; a choice by hand always differs from the one of now. */
function possible(content: Content, model: LayerModel, isByHand: boolean): Content {
  const isThere = model.effective('table') !== undefined
  const needsTable = content.table === 'PLACE' || (content.column !== undefined && content.table === undefined)
  const label = needsTable ? (isThere ? 'PLACE' : 'made') : content.table
  const isSame = isByHand && JSON.stringify(model.effective('choice')) === JSON.stringify(content.choice)
  const choice = isSame && Array.isArray(content.choice) ? [...content.choice, 9] : content.choice
  return { ...content, ...(label === undefined ? {} : { table: label }), ...(choice === undefined ? {} : { choice }) }
}

/** Takes the step in both; gives what each of them says of it. */
async function take(world: World, step: Step): Promise<readonly [emulator: string, model: Outcome]> {
  const { env, model } = world
  world.step += 1
  switch (step.act) {
    case 'promote':
      return [await outcomeOf(env.finish('DeleteAndPromoteAsync', { UniqueName: step.solution })), model.promote(step.solution)]
    case 'uninstall':
      return [await outcomeOf(env.finish('UninstallSolutionAsync', { SolutionUniqueName: step.solution })), model.uninstall(step.solution)]
    case 'removeActive':
      return removeActive(world, step.component)
    case 'customize': {
      const content = possible(step.content, model, true)
      const file = { name: 'Hand', isManaged: false, parts: partsOf(content), roots: rootsOf(content) }
      const said = await bring(env, file, 'ImportSolutionAsync', {})
      await env.call('PublishAllXml')
      return [said, model.customize(content)]
    }
    default:
      return install(world, step)
  }
}

async function install(
  { env, model, step: at }: World,
  step: Extract<Step, Package & { act: string }>,
): Promise<readonly [string, Outcome]> {
  if (!('isOverwrite' in step)) throw new Error('Only packages are installed')
  const content = possible(step.content, model, false)
  const common = { isManaged: true, parts: partsOf(content), roots: rootsOf(content) }
  const more = { OverwriteUnmanagedCustomizations: step.isOverwrite, HoldingSolution: step.act === 'hold' }
  if (step.act === 'patch') {
    const base = String(env.row('solution', 'uniquename', 'A')?.version ?? '1.0.0.0')
    const name = `A_Patch_${at}`
    const version = `${base.split('.')[0]}.0.${at}.0`
    const said = await bring(env, { ...common, name, version, patchOf: 'A', publisher: 'contoso' }, 'ImportSolutionAsync', more)
    return [said, model.patch(name, 'A', 'contoso', content, step.isOverwrite)]
  }
  const publisher = publisherOf(step.solution)
  const message = step.act === 'stageAndUpgrade' ? 'StageAndUpgradeAsync' : 'ImportSolutionAsync'
  const { HoldingSolution, ...order } = more
  const file = { ...common, name: step.solution, version: `${at}.0.0.0`, publisher }
  const said = await bring(env, file, message, HoldingSolution ? more : order)
  return [said, model[step.act](step.solution, publisher, content, step.isOverwrite)]
}

async function removeActive({ env, model }: World, component: ComponentName): Promise<readonly [string, Outcome]> {
  const state = stateOf(env, component)
  const params = { SolutionComponentName: identities[component][1], ComponentId: state?.id ?? roleId }
  const work = env.call('RemoveActiveCustomizations', params).then(() => ({ operation: {} }))
  return [await outcomeOf(work), model.removeActive(component)]
}

function stateOf(env: TestEnvironment, component: ComponentName): ComponentState | undefined {
  return env.ctx.env.read((tx) => readComponent(tx, identities[component][0]))
}

/** What rows and definitions of the environment show of a component. */
function shown(env: TestEnvironment, component: ComponentName): unknown {
  const state = stateOf(env, component)
  if (state === undefined) return undefined
  const digest = publishedDigest(state)
  if (component !== 'choice') {
    const [table, id, name] = {
      role: ['role', 'roleid', 'name'],
      table: ['entity', 'metadataid', 'displayname'],
      column: ['attribute', 'metadataid', 'displayname'],
    }[component]
    return env.row(table ?? '', id ?? '', state.id)?.[name ?? '']
  }
  const options = digest === undefined ? undefined : child(env.ctx.env.read((tx) => readPart(tx, digest)).xml, 'options')
  return childElements(options)
    .map((option) => Number(attributeOf(option, 'value')))
    .sort((a, b) => a - b)
}

const text = fc.constantFrom('red', 'green', 'blue')
const content: fc.Arbitrary<Content> = fc.record(
  {
    role: text,
    table: fc.oneof(text, fc.constant('PLACE' as const)),
    column: text,
    choice: fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 }).map((options) => options.sort()),
  },
  { requiredKeys: [] },
)
const packaged = { content, isOverwrite: fc.boolean() }
const solution = fc.constantFrom('A', 'A', 'B', 'C')
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ act: fc.constant('update' as const), solution, ...packaged }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('stageAndUpgrade' as const), solution, ...packaged }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('hold' as const), solution, ...packaged }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('patch' as const), ...packaged }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('promote' as const), solution }) },
  {
    weight: 2,
    arbitrary: fc.record({ act: fc.constant('uninstall' as const), solution: fc.constantFrom('A', 'B', 'C', 'A_Upgrade', 'Hand') }),
  },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('customize' as const), content }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('removeActive' as const), component: fc.constantFrom(...componentNames) }) },
)

let environments: TestEnvironments
beforeAll(async () => {
  environments = await openTestEnvironments(undefined, 10_000)
})
afterAll(() => environments.close())

describe('any sequence of installs, updates, upgrades, patches, uninstalls and hand-made changes', () => {
  it('ends as the rules of layers say, step by step', async () => {
    let cases = 0
    const holds = fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 10 }), async (steps) => {
      cases += 1
      const name = `case${cases}`
      const world: World = { env: await environments.open(name), model: new LayerModel(), step: 1 }
      for (const next of steps) {
        const [said, meant] = await take(world, next)
        expect({ said, ...seen(world.env) }).toEqual({ said: meant, ...expected(world.model) })
      }
    })
    await fc.assert(holds, { numRuns: Number(process.env['LAYER_LAWS_RUNS'] ?? 200) })
  })
})

function seen(env: TestEnvironment): Record<string, unknown> {
  const own = env
    .rows('solution')
    .map((row) => String(row.uniquename))
    .filter((name) => /^(A|B|C|Hand)(_|$)/.test(name) && !name.startsWith('A_ct'))
  return {
    solutions: own.sort(),
    components: componentNames.map((name) => shown(env, name)),
    stacks: componentNames.map((name) => stateOf(env, name)?.layers.map((layer) => layer.solution) ?? []),
  }
}

function expected(model: LayerModel): Record<string, unknown> {
  return {
    solutions: model.solutions(),
    components: componentNames.map((name) => model.effective(name)),
    stacks: componentNames.map((name) => model.stack(name)),
  }
}
