import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ComponentPart, SolutionPackage } from '#format'
import { element, readPackage, writeXml, compactStyle, withAttribute } from '#format'
import { column, openTestEnvironments, solutionFile, table, view } from '../../../../test/support/emulated-environment.ts'
import { editComponent } from '../../tables/component-writes.ts'
import type { TestEnvironment, TestEnvironments } from '../../../../test/support/emulated-environment.ts'

const untouched = 'aaaaaaaa-0000-4000-8000-000000000001'
const changed = 'aaaaaaaa-0000-4000-8000-000000000002'
const formId = 'aaaaaaaa-0000-4000-8000-000000000003'

function unmodified(part: ComponentPart): ComponentPart {
  return part.xml === undefined ? part : { ...part, xml: withAttribute(part.xml, 'unmodified', '1') }
}

function cell(id: string, columnName: string, labels: Readonly<Record<string, string>>): ReturnType<typeof element> {
  const list = Object.entries(labels).map(([languagecode, description]) => element('label', { description, languagecode }))
  return element('cell', { id }, [element('labels', {}, list), element('control', { id: columnName, datafieldname: columnName })])
}

const form: ComponentPart = {
  kind: 'SystemForm',
  key: formId,
  displayName: 'Pet',
  parent: 'Entity:con_pet',
  section: ['Entities', 'Entity', 'FormXml', 'forms[type=main]'],
  xml: element('systemform', {}, [
    element('formid', {}, [`{${formId}}`]),
    element('form', {}, [
      cell('1', 'con_name', { 1033: 'Name', 1031: 'Benennung' }),
      cell('2', 'con_name', { 1033: 'What it is called' }),
      cell('3', 'ownerid', { 1033: 'Owner' }),
    ]),
  ]),
  files: [],
}

function named(part: ComponentPart): ComponentPart {
  const labels = Object.entries({ 1033: 'Name', 1031: 'Benennung' })
  const names = labels.map(([languagecode, description]) => element('displayname', { description, languagecode }))
  const rest = part.xml?.children.filter((node) => node.type !== 'element' || node.name !== 'displaynames') ?? []
  return { ...part, xml: element('attribute', { PhysicalName: 'con_name' }, [...rest, element('displaynames', {}, names)]) }
}

describe('a managed export', () => {
  let environments: TestEnvironments
  let dev: TestEnvironment
  beforeAll(async () => {
    environments = await openTestEnvironments()
    dev = await environments.open('dev')
    const parts = [
      table('con_pet'),
      named(column('con_pet', 'con_name')),
      form,
      unmodified(view('con_pet', untouched, 'Untouched')),
      unmodified(view('con_pet', changed, 'Changed')),
    ]
    const file = await solutionFile({ name: 'Pets', parts, roots: [{ type: '1', schemaName: 'con_pet', behavior: 0 }] })
    const { operation } = await dev.finish('ImportSolutionAsync', {
      OverwriteUnmanagedCustomizations: false,
      PublishWorkflows: false,
      CustomizationFile: file,
    })
    expect(operation.message).toBeNull()
    await dev.call('PublishAllXml')
  })
  afterAll(() => environments.close())

  async function exported(isManaged: boolean): Promise<SolutionPackage> {
    const { ExportSolutionFile } = await dev.call('ExportSolution', { SolutionName: 'Pets', Managed: isManaged })
    return readPackage(Buffer.from(String(ExportSolutionFile), 'base64'))
  }

  function keys(pkg: SolutionPackage): readonly string[] {
    return pkg.parts.filter(({ kind }) => kind === 'SavedQuery').map(({ key }) => key)
  }

  it('leaves out what its solution lists and never changed, with its empty place; an unmanaged one keeps both', async () => {
    const managed = await exported(true)
    expect(keys(managed)).toEqual([])
    expect(text(managed, 'Entity')).not.toContain('SavedQueries')
    expect(keys(await exported(false))).toEqual([untouched, changed])
  })

  it('takes labels away that repeat the column: blank in the base language, absent in others; system columns included', async () => {
    const managed = text(await exported(true), 'SystemForm')
    expect(managed).toContain('<cell id="1"><labels><label description="" languagecode="1033" /></labels>')
    expect(managed).toContain('<label description="What it is called" languagecode="1033" />')
    expect(managed).toContain('<cell id="3"><labels><label description="" languagecode="1033" /></labels>')
    expect(text(await exported(false), 'SystemForm')).toContain('Benennung')
  })

  it('leaves managed properties to the managed solution that brought the component', async () => {
    const other = await environments.open('other')
    for (const isManaged of [true, false]) {
      const name = isManaged ? 'Base' : 'Changes'
      const roots = [{ type: '1', schemaName: 'con_pet', behavior: 0 as const }]
      const { operation } = await other.finish('ImportSolutionAsync', {
        OverwriteUnmanagedCustomizations: false,
        PublishWorkflows: false,
        CustomizationFile: await solutionFile({ name, isManaged, parts: [table('con_pet')], roots }),
      })
      expect(operation.message).toBeNull()
    }
    const { ExportSolutionFile } = await other.call('ExportSolution', { SolutionName: 'Changes', Managed: true })
    const changes = await readPackage(Buffer.from(String(ExportSolutionFile), 'base64'))
    expect(text(changes, 'Entity')).not.toContain('IsCustomizable')
    expect(text(await exported(true), 'Entity')).toContain('<IsCustomizable>1</IsCustomizable>')
  })

  it('has what was changed by hand since, without the mark', async () => {
    await dev.ctx.env.write((tx) => {
      editComponent(tx, { ...dev.ctx, solution: undefined }, { table: 'savedquery', id: changed, changes: { name: 'Other' } })
    })
    await dev.call('PublishAllXml')
    const managed = await exported(true)
    expect(keys(managed)).toEqual([changed])
    expect(text(managed, 'SavedQuery')).not.toContain('unmodified')
  })
})

function text(pkg: SolutionPackage, kind: string): string {
  const xml = pkg.parts.find((part) => part.kind === kind)?.xml
  return xml === undefined ? '' : writeXml(xml, compactStyle)
}
