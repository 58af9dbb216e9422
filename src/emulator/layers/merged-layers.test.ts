import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ComponentPart } from '#format'
import { attributeOf, child, childElements, parseXml, readPackage } from '#format'
import type { SampleOptions, TestEnvironment, TestEnvironments } from '../../../test/support/emulated-environment.ts'
import { openTestEnvironments, placeOf, solutionFile, table } from '../../../test/support/emulated-environment.ts'
import { componentLayers } from './virtual-rows.ts'

const formId = 'cccccccc-0000-4000-8000-000000000001'
const plain = { OverwriteUnmanagedCustomizations: false, PublishWorkflows: false }

let environments: TestEnvironments
let env: TestEnvironment
beforeEach(async () => {
  environments = await openTestEnvironments()
  env = await environments.open('test')
})
afterEach(() => environments.close())

function form(...sections: readonly string[]): ComponentPart {
  const inner = sections.map(
    (name) => `<section id="{${name}}"><rows><row><cell id="{c-${name}}"><control id="${name}" /></cell></row></rows></section>`,
  )
  const text = `<systemform><formid>{${formId}}</formid><form><tabs><tab id="{t}"><columns><column><sections>${inner.join('')}</sections></column></columns></tab></tabs></form></systemform>`
  return {
    kind: 'SystemForm',
    key: formId,
    displayName: 'Order',
    parent: 'Entity:con_order',
    section: ['Entities', 'Entity', 'FormXml', 'forms[type=main]'],
    xml: parseXml(text, 'form'),
    files: [],
  }
}

function choice(...values: readonly number[]): ComponentPart {
  const options = values.map(
    (value) => `<option value="${value}"><labels><label description="${value}" languagecode="1033" /></labels></option>`,
  )
  const xml = parseXml(
    `<optionset Name="con_colour" localizedName="Colour"><OptionSetType>picklist</OptionSetType><options>${options.join('')}</options></optionset>`,
    'choice',
  )
  return { kind: 'OptionSet', key: 'con_colour', displayName: 'Colour', parent: undefined, section: ['optionsets'], xml, files: [] }
}

const roots: SampleOptions['roots'] = [{ type: '1', schemaName: 'con_order', behavior: 1 }]

async function bring(
  options: Partial<SampleOptions> & Pick<SampleOptions, 'parts'>,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const file = await solutionFile({ roots, isManaged: true, ...options })
  const { operation } = await env.finish('ImportSolutionAsync', { ...plain, CustomizationFile: file, ...more })
  expect(operation.message).toBeNull()
}

const sectionsShown = (): string[] =>
  [...String(env.row('systemform', 'formid', formId)?.formxml).matchAll(/<section id="\{([^}]*)\}/g)].map((match) => match[1] ?? '')

const base = { name: 'First', parts: [table('con_order'), form('one')] }
const upper = { name: 'Second', parts: [placeOf('con_order'), form('two')] }

describe('a form with layers of several solutions', () => {
  it('shows what all of them say together, and each layer its own say', async () => {
    await bring(base)
    await bring(upper)
    expect(sectionsShown()).toEqual(['one', 'two'])
    const own = env.ctx.env
      .read((tx) => componentLayers(tx, 'SystemForm', formId))
      .map((row) => /section id=\\"\{(\w+)\}/.exec(String(row.msdyn_componentjson).replaceAll('\\\\"', '\\"'))?.[1])
    expect(own).toHaveLength(2)
    expect(own[0]).toBe('one')
    expect(own[1]).toBe('two')
  })

  it('gets new sections of the base solution under an upper one that was installed earlier', async () => {
    await bring(base)
    await bring(upper)
    await bring({ ...base, version: '1.1.0.0', parts: [table('con_order'), form('one', 'three')] })
    expect(sectionsShown()).toEqual(['one', 'three', 'two'])
  })

  it('keeps hand-made changes and still gets what a managed update adds', async () => {
    await bring(base)
    await bring({ name: 'ByHand', isManaged: false, parts: [placeOf('con_order'), form('one', 'mine')] })
    await env.call('PublishAllXml')
    await bring({ ...base, version: '1.1.0.0', parts: [table('con_order'), form('one', 'new')] })
    expect(sectionsShown()).toEqual(['one', 'new', 'mine'])
    await env.call('RemoveActiveCustomizations', { SolutionComponentName: 'SystemForm', ComponentId: formId })
    expect(sectionsShown()).toEqual(['one', 'new'])
  })

  it('publishes an edit that waited over what a managed update brought meanwhile', async () => {
    await bring(base)
    await bring({ name: 'ByHand', isManaged: false, parts: [placeOf('con_order'), form('one', 'mine')] })
    await bring({ ...base, version: '1.1.0.0', parts: [table('con_order'), form('one', 'new')] })
    expect(sectionsShown()).toEqual(['one', 'new'])
    await env.call('PublishAllXml')
    expect(sectionsShown()).toEqual(['one', 'new', 'mine'])
  })

  it('loses what was removed by hand until that layer is removed', async () => {
    await bring({ ...base, parts: [table('con_order'), form('one', 'two')] })
    await bring({ name: 'ByHand', isManaged: false, parts: [placeOf('con_order'), form('two')] })
    await env.call('PublishAllXml')
    expect(sectionsShown()).toEqual(['two'])
    await bring(
      { ...base, version: '1.1.0.0', parts: [table('con_order'), form('one', 'two', 'three')] },
      { OverwriteUnmanagedCustomizations: true },
    )
    expect(sectionsShown()).toEqual(['two', 'three'])
  })

  it('loses on upgrade what its solution no longer shows, and keeps what others show', async () => {
    await bring({ ...base, parts: [table('con_order'), form('one', 'old')] })
    await bring(upper)
    const CustomizationFile = await solutionFile({
      roots,
      isManaged: true,
      ...base,
      version: '2.0.0.0',
      parts: [table('con_order'), form('one')],
    })
    await env.finish('StageAndUpgradeAsync', { ...plain, CustomizationFile })
    expect(sectionsShown()).toEqual(['one', 'two'])
  })

  it('is taken back to the rest when one solution is uninstalled', async () => {
    await bring(base)
    await bring(upper)
    await env.finish('UninstallSolutionAsync', { SolutionUniqueName: 'Second' })
    expect(sectionsShown()).toEqual(['one'])
  })
})

describe('a choice with layers of several solutions', () => {
  const values = async (): Promise<string[]> => {
    const { ExportSolutionFile } = await env.call('ExportSolution', { SolutionName: 'Probe', Managed: false })
    const part = (await readPackage(Buffer.from(String(ExportSolutionFile), 'base64'))).parts.find(({ kind }) => kind === 'OptionSet')
    return childElements(child(part?.xml, 'options')).map((option) => attributeOf(option, 'value') ?? '')
  }
  const choiceRoots: SampleOptions['roots'] = [{ type: '9', schemaName: 'con_colour', behavior: 0 }]

  it('has the options of all of them, and exports have them too', async () => {
    await bring({ name: 'First', parts: [choice(1, 2)], roots: choiceRoots })
    await bring({ name: 'Second', parts: [choice(3)], roots: choiceRoots })
    await bring({ name: 'Probe', isManaged: false, parts: [choice(1, 2, 3)], roots: choiceRoots })
    expect(await values()).toEqual(['1', '2', '3'])
    await bring({ name: 'First', version: '1.1.0.0', parts: [choice(1, 4)], roots: choiceRoots })
    expect(await values()).toEqual(['1', '4', '3'])
  })
})
