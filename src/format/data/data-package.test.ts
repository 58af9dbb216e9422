import { describe, expect, it } from 'vitest'
import { writeZip } from '../zip/write-zip.ts'
import { readZip } from '../zip/read-zip.ts'
import { memoryTree } from '../file-tree.ts'
import { readDataPackage } from './read-data-package.ts'
import { writeDataPackage } from './write-data-package.ts'

const austria = '8e2f3780-6a51-ec11-8c62-000d3a1f529f'
const tyrol = '9e2f3780-6a51-ec11-8c62-000d3a1f529f'

/** As the platform's tool writes it [release-facts 1.2, 1.3], with a byte order mark, CRLF and braces where real files have them. */
const schema = `<entities >\r
  <entity name="exa_country" displayname="Country" etc="10821" primaryidfield="exa_countryid" primarynamefield="exa_name" disableplugins="false">\r
    <fields>\r
      <field displayname="Country" name="exa_countryid" type="guid" primaryKey="true" />\r
      <field displayname="Name" name="exa_name" type="string" />\r
      <field displayname="Since" name="exa_since" type="datetime" />\r
      <field displayname="Fee" name="exa_fee" type="money" />\r
      <field displayname="Open" name="exa_open" type="bool" />\r
      <field displayname="Kinds" name="exa_kinds" type="optionsetvaluecollection" />\r
    </fields>\r
    <relationships>\r
      <relationship name="exa_country_state" manyToMany="true" isreflexive="false" relatedEntityName="exa_country_state" m2mTargetEntity="exa_state" m2mTargetEntityPrimaryKey="exa_stateid" />\r
    </relationships>\r
  </entity>\r
  <entity name="exa_state" displayname="State" etc="10822" primaryidfield="exa_stateid" primarynamefield="exa_name" disableplugins="false">\r
    <fields>\r
      <field displayname="State" name="exa_stateid" type="guid" primaryKey="true" />\r
      <field updateCompare="true" displayname="Name" name="exa_name" type="string" customfield="true" />\r
      <field displayname="Country" name="exa_countryid" type="entityreference" lookupType="exa_country" customfield="true" />\r
    </fields>\r
    <relationships />\r
    <filter>&lt;fetch&gt;&lt;entity name="exa_state" /&gt;&lt;/fetch&gt;</filter>\r
  </entity>\r
  <entityImportOrder><entityName>exa_country</entityName><entityName>exa_state</entityName></entityImportOrder>\r
</entities>`
const data = `\uFEFF<?xml version="1.0" encoding="utf-8"?><entities xmlns:xsd="x" xmlns:xsi="y" timestamp="2022-10-13T22:57:17.9129018Z">
  <entity name="exa_state" displayname="State"><records>
    <record id="{${tyrol.toUpperCase()}}"><field name="exa_stateid" value="${tyrol}" /><field name="exa_name" value="Tyrol &amp; co" />
      <field name="exa_countryid" value="${austria}" lookupentity="exa_country" lookupentityname="Austria" /></record>
  </records><m2mrelationships /></entity>
  <entity name="exa_country" displayname="Country"><records>
    <record id="${austria}"><field name="exa_countryid" value="${austria}" /><field name="exa_name" value="Austria" />
      <field name="exa_since" value="2022-10-13T22:57:17.0000000Z" /><field name="exa_fee" value="1000.0000000000" />
      <field name="exa_open" value="True" /><field name="exa_kinds" value="[-1,333820002,333820000,-1]" /></record>
  </records><m2mrelationships>
    <m2mrelationship sourceid="${austria}" targetentityname="exa_state" targetentitynameidfield="exa_stateid" m2mrelationshipname="exa_country_state"><targetids><targetid>${tyrol}</targetid></targetids></m2mrelationship>
  </m2mrelationships></entity>
</entities>`

const own =
  '{"tables":{"exa_state":{"changedInTarget":"overwrite"}},"deletes":[{"table":"exa_state","id":"7e2f3780-6a51-ec11-8c62-000d3a1f529f"}]}'

function read(files: Readonly<Record<string, string>>) {
  return readDataPackage(memoryTree(Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) }))))
}

describe('a package of configuration data', () => {
  it('is read as the tool of the platform writes it, whatever the order of its parts', async () => {
    const pack = await read({ 'data_schema.xml': schema, 'data.xml': data, 'drover_data.json': own })
    expect(pack.importOrder).toEqual(['exa_country', 'exa_state'])
    expect(pack.tables.map(({ name, onTargetChange, rows }) => ({ name, onTargetChange, rows }))).toEqual([
      {
        name: 'exa_country',
        onTargetChange: 'keep',
        rows: [
          {
            id: austria,
            values: {
              exa_name: 'Austria',
              exa_since: '2022-10-13T22:57:17.000Z',
              exa_fee: 1000,
              exa_open: true,
              exa_kinds: '333820000,333820002',
            },
            links: { exa_country_state: [tyrol] },
          },
        ],
      },
      {
        name: 'exa_state',
        onTargetChange: 'overwrite',
        rows: [{ id: tyrol, values: { exa_name: 'Tyrol & co', exa_countryid: { table: 'exa_country', id: austria } }, links: {} }],
      },
    ])
    expect(pack.deletes).toEqual([{ table: 'exa_state', id: '7e2f3780-6a51-ec11-8c62-000d3a1f529f' }])
  })

  it('says the same when it was written and is read again, as a folder and as a zip, and is written alike twice', async () => {
    const pack = await read({ 'data_schema.xml': schema, 'data.xml': data, 'drover_data.json': own })
    const files = [...writeDataPackage(pack)].map(([path, bytes]) => ({ path, bytes }))
    expect(await readDataPackage(memoryTree(files))).toEqual(pack)
    expect(await readDataPackage(memoryTree(await readZip(await writeZip(files))))).toEqual(pack)
    expect([...writeDataPackage(await readDataPackage(memoryTree(files)))]).toEqual(files.map(({ path, bytes }) => [path, bytes]))
  })

  it.each([
    ['without a schema', { 'data.xml': data }, 'data.bad-package'],
    ['with a schema that is no schema', { 'data_schema.xml': '<no />' }, 'data.bad-schema'],
    ['with dates that move', { 'data_schema.xml': schema.replace('<entities >', '<entities dateMode="relative">') }, 'data.bad-schema'],
    ['with a table that names an address', { 'data_schema.xml': schema.replace('"exa_country"', '"a/../b"') }, 'data.bad-schema'],
    ['with a row without an id', { 'data_schema.xml': schema, 'data.xml': data.replace(`id="${austria}"`, 'id="1"') }, 'data.bad-package'],
    ['with a value that is none', { 'data_schema.xml': schema, 'data.xml': data.replace('"True"', '"perhaps"') }, 'data.bad-package'],
    [
      'with a number without end',
      { 'data_schema.xml': schema, 'data.xml': data.replace('"1000.0000000000"', '"1e999"') },
      'data.bad-package',
    ],
    [
      'with a number of more digits than can be carried',
      { 'data_schema.xml': schema.replace('"money"', '"bigint"'), 'data.xml': data.replace('"1000.0000000000"', '"9007199254740993"') },
      'data.bad-package',
    ],
    [
      'with a day that no calendar has',
      { 'data_schema.xml': schema, 'data.xml': data.replace('"2022-10-13T22:57:17.0000000Z"', '"2022-02-30T00:00:00Z"') },
      'data.bad-package',
    ],
    [
      'with a column that is not described',
      { 'data_schema.xml': schema, 'data.xml': data.replace('"exa_open"', '"exa_shut"') },
      'data.bad-package',
    ],
    ['with a document type', { 'data_schema.xml': `<!DOCTYPE a [<!ENTITY b "c">]>${schema}` }, 'solution.bad-xml'],
    ['with words of ours that mean nothing', { 'data_schema.xml': schema, 'drover_data.json': '{"delete":[]}' }, 'data.bad-package'],
    [
      'with a policy that is none',
      { 'data_schema.xml': schema, 'drover_data.json': '{"tables":{"exa_state":{"changedInTarget":"maybe"}}}' },
      'data.bad-package',
    ],
  ])('is refused %s', async (_what, files, code) => {
    await expect(read(files as unknown as Record<string, string>)).rejects.toMatchObject({ code })
  })

  it('never repeats a value in a refusal', async () => {
    const failing = read({ 'data_schema.xml': schema, 'data.xml': data.replace('"True"', '"hunter2"') })
    await expect(failing).rejects.not.toThrow(/hunter2/)
  })
})
