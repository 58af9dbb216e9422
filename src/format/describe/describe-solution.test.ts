import { describe, expect, it } from 'vitest'
import { differenceLines, diffSolutions, differenceText } from '#domain/difference'
import type { PackageFile } from '../package.ts'
import { packageOfFiles } from '../read-package.ts'
import { writeZip } from '../zip/write-zip.ts'
import { describeSolution } from './describe-solution.ts'
import { noiseRules } from './noise.ts'

describe('what changed in a solution is told as makers speak', () => {
  it.for([
    ['the length of a column', '<MaxLength>100<', '<MaxLength>2000<', 'Permit (new_permit): column Comments: maximum length 100 → 2000'],
    ['its requirement level', '>none<', '>required<', 'Permit (new_permit): column Comments: requirement level none → required'],
    ['a value that is a member of every object', '>none<', '>constructor<', 'requirement level none → constructor'],
    [
      'a choice',
      '</options>',
      '<option value="3"><labels><label description="Rejected" languagecode="1033"/></labels></option></options>',
      'Permit (new_permit): column Status: new choice Rejected (3)',
    ],
    ['the order of choices', option(1, 'Draft') + option(2, 'Done'), option(2, 'Done') + option(1, 'Draft'), 'order of choices is now'],
    [
      'a translation',
      '<label description="Draft" languagecode="1033" />',
      '<label description="Draft" languagecode="1033" /><label description="Entwurf" languagecode="1031" />',
      'Permit (new_permit): column Status: choice Draft (1): label (German) set to Entwurf',
    ],
    [
      'a right',
      '<RolePrivileges>',
      '<RolePrivileges><RolePrivilege name="prvDeletenew_Permit" level="Global" />',
      'role Clerk: new privilege Delete on new_Permit (organisation)',
    ],
    ['the reach of a right', 'level="Basic"', 'level="Deep"', 'privilege Read on new_Permit: user → parent and child business units'],
    ['how a table is deleted', '>Restrict<', '>Cascade<', 'relationship new_site_permit: delete behaviour restrict → cascade to all'],
    ['a column of a view', '<cell name="new_status" />', '', 'view Active permits: column Status (new_status) removed'],
    [
      'the order of columns of a view',
      viewCells('new_comments', 'new_status'),
      viewCells('new_status', 'new_comments'),
      'order of columns',
    ],
    ['a script', 'alert(1)', 'alert(2)', 'web resource new_/permit.js: content: line 1: alert(1) → alert(2)'],
    ['a setting', '>mail@contoso<', '>post@contoso<', 'environment variable new_Mailbox: default value mail@contoso → post@contoso'],
  ] as const)('%s', async ([, from, to, line]) => {
    const lines = await linesAfter(from, to)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain(line)
  })

  it('a field that moves to another section', async () => {
    const comments = row('new_comments')
    const lines = await linesAfter(section('A', comments) + section('B', ''), section('A', '') + section('B', comments))
    expect(lines).toEqual(['Permit (new_permit): form Main: field Comments moved from section A to section B'])
  })

  it('a field that moves between sections of one name, by their tabs', async () => {
    const [one, other] = [section('A', row('new_comments')), section('A', '').replace('{A}', '{B}')]
    const tab = '</sections></column></columns></tab><tab id="{u}" name="more"><columns><column width="100%"><sections>'
    const move = (text: string): string => text.replace(section('A', row('new_comments')) + section('B', ''), one + tab + other)
    const moved = (text: string): string =>
      text.replace(
        section('A', row('new_comments')) + section('B', ''),
        section('A', '') + tab + other.replace('<rows></rows>', `<rows>${row('new_comments')}</rows>`),
      )
    expect(differenceText(await differenceOf(move, moved))).toEqual([
      'Permit (new_permit): form Main: field Comments moved from section A of tab t to section A of tab more',
    ])
  })

  it('a new tab with what stands in it, and its layout not one by one', async () => {
    const end = '</sections></column></columns></tab></tabs>'
    const tab = `<tab id="{u}" name="more" expanded="true"><columns><column width="100%"><sections>${section('C', row('new_status'))}`
    expect(await linesAfter(end, `</sections></column></columns></tab>${tab}${end}`)).toEqual([
      'Permit (new_permit): form Main: new tab more with 1 section, 1 field',
    ])
    const laid = '<tab id="{t}" expanded="true" showlabel="false" verticallayout="true">'
    expect(await linesAfter('<tab id="{t}">', laid)).toEqual(['Permit (new_permit): form Main: layout: 3 settings changed in tab t'])
  })

  it('a need of another solution, in a sentence', async () => {
    const need =
      '<MissingDependencies><MissingDependency><Required type="1" displayName="Site" solution="base (1.0)" /><Dependent type="2" displayName="Lot" parentDisplayName="Permit" /></MissingDependency></MissingDependencies>'
    const with1 = (text: string): string => text.replace('</SolutionManifest>', `${need}</SolutionManifest>`)
    const sentence = (verb: string): string => `solution: column Lot of Permit ${verb} table Site of another solution`
    expect(differenceText(await differenceOf((text) => text, with1))).toEqual([sentence('now needs')])
    expect(differenceText(await differenceOf(with1, (text) => text))).toEqual([sentence('no longer needs')])
    expect(differenceText(await differenceOf(with1, (text) => with1(text).replace('base (1.0)', 'base (2.0)')))[0]).toContain(
      'base (1.0) → base (2.0)',
    )
  })

  it.for([
    [
      'a part of an app by its kind',
      ['<AppModules><AppModule><UniqueName>new_app</UniqueName><AppModuleComponents>', '</AppModuleComponents></AppModule></AppModules>'],
      ['<AppModuleComponent type="1" schemaName="contact" />', ''],
      'table contact removed',
    ],
    [
      'a secured column with its table',
      [
        '<FieldSecurityProfiles><FieldSecurityProfile fieldsecurityprofileid="{00000000-0000-0000-0000-000000000007}" name="P"><FieldPermissions>',
        '</FieldPermissions></FieldSecurityProfile></FieldSecurityProfiles>',
      ],
      [
        '',
        '<FieldPermission><EntityName>new_permit</EntityName><AttributeName>new_fax</AttributeName><CanRead>4</CanRead></FieldPermission>',
      ],
      'new permission on column new_permit.new_fax',
    ],
  ] as const)('%s', async ([, [start, end], [from, to], line]) => {
    const edit = (inner: string) => (text: string) => text.replace('<Roles>', `${start}${inner}${end}<Roles>`)
    const lines = differenceText(await differenceOf(edit(from), edit(to)))
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain(line)
  })

  it('the type of a property that a custom API returns', async () => {
    const property = (type: number): TextFile => ({
      path: 'customapis/new_Check/customapiresponseproperties/Result/customapiresponseproperty.xml',
      text: `<customapiresponseproperty uniquename="Result"><type>${type}</type></customapiresponseproperty>`,
    })
    const api: TextFile = {
      path: 'customapis/new_Check/customapi.xml',
      text: '<customapi uniquename="new_Check"><isfunction>1</isfunction></customapi>',
    }
    const said = (type: number) =>
      describeSolution(packageOfFiles([...sample(), api, property(type)].map((file) => written(file, (text) => text))))
    expect(differenceText(diffSolutions(await said(0), await said(3)))).toEqual([
      'custom API new_Check: response property Result: type yes or no → row',
    ])
  })

  it('what a solution no longer changes in a form of another solution, not as removed', async () => {
    const mark = (text: string): string => text.replace('name="B" id', 'name="B" solutionaction="Modified" id')
    const without = (text: string): string => mark(text).replace(/<section name="B".*?<\/section>/, '')
    expect(differenceText(await differenceOf(mark, without))).toEqual([
      'Permit (new_permit): form Main: this solution no longer changes section B',
    ])
  })

  it('a step of a classic process by the name that its maker gave it, and the order of steps', async () => {
    const xaml = (...steps: readonly string[]): TextFile => ({
      path: 'Workflows/Close-1.xaml',
      text: `<Activity xmlns:m="x"><m:Workflow>${steps.join('')}</m:Workflow></Activity>`,
    })
    const [set, mail] = [
      '<Sequence DisplayName="SetStep1: Close"><Assign To="1" /></Sequence>',
      '<Sequence DisplayName="MailStep2: Tell" />',
    ]
    expect(await processLines(xaml(set, mail), xaml(set.replace('"1"', '"2"'), mail))).toEqual([
      'workflow Close: step Close: assign: to 1 → 2',
    ])
    expect(await processLines(xaml(set), xaml(set, mail))).toEqual(['workflow Close: new step Tell'])
    expect(await processLines(xaml(set, mail), xaml(mail, set))).toEqual(['workflow Close: order is now Tell, Close'])
  })

  it('a version, by one line', async () => {
    expect(await linesAfter('<Version>1.0.0.0<', '<Version>1.1.0.0<')).toEqual(['solution: version 1.0.0.0 → 1.1.0.0'])
  })
})

describe('parts of a solution that stand in lists of one kind are told one by one', () => {
  it.for(['Dashboard', 'Dialog'])('a field in a %s, not its whole form', async (kind) => {
    const made = (label: string): string => {
      const cell = `<row><cell id="{1}"><labels><label description="${label}" languagecode="1033" /></labels><control id="subject" /></cell></row>`
      const tab = `<tabs><tab id="{u}" name="t"><columns><column width="100%"><sections>${section('A', cell)}</sections></column></columns></tab></tabs>`
      return `<${kind}s><${kind}><FormId>{1}</FormId><FormXml><forms type="${kind.toLowerCase()}"><form>${tab}</form></forms></FormXml></${kind}></${kind}s><Roles>`
    }
    const lines = differenceText(
      await differenceOf(
        (text) => text.replace('<Roles>', made('Subject')),
        (text) => text.replace('<Roles>', made('Title')),
      ),
    )
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^(dashboard|dialog) .*field .*Subject → Title$/)
  })

  it('an email template, by its title', async () => {
    const made = (body: string): string =>
      `<Templates><EmailTemplates><emailtemplate><templateid>{${'1'.repeat(8)}-1111-1111-1111-111111111111}</templateid><title>Welcome</title><body>${body}</body></emailtemplate></EmailTemplates></Templates><Roles>`
    const lines = differenceText(
      await differenceOf(
        (text) => text.replace('<Roles>', made('Hello')),
        (text) => text.replace('<Roles>', made('Hi')),
      ),
    )
    expect(lines).toEqual(['email template Welcome: body Hello → Hi'])
  })

  it('a link between two rows, by both of its ends, also when only one is left', async () => {
    const rows = (...tools: readonly string[]): PackageFile => {
      const links = tools.map(
        (tool) => `<bot_link botid.schemaname="new_${tool}" flowid.name="new_flow"><iscustomizable>1</iscustomizable></bot_link>`,
      )
      return { path: 'Assets/bot_linkset.xml', bytes: new TextEncoder().encode(`<bot_linkset>${links.join('')}</bot_linkset>`) }
    }
    const described = (file: PackageFile) =>
      describeSolution(packageOfFiles([...sample().map((one) => written(one, (text) => text)), file]))
    const lines = differenceText(diffSolutions(await described(rows('mail', 'files')), await described(rows('files'))))
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^set of link rows bot_linkset: .*bot link new_mail new_flow removed$/)
  })
})

describe('what says nothing is not told', () => {
  it.for([
    ['the stamps of the platform', 'generatedBy="CrmLive"', 'generatedBy="OnPremise" OrganizationVersion="9.9"'],
    ['a generated id of a cell', 'cell id="{1}"', 'cell id="{2}"'],
    ['a generated id of a label', 'cell id="{1}"', 'cell id="{1}" labelid="{7}"'],
    ['a default that newer platforms write', '<MaxLength>', '<ImeMode>auto</ImeMode><MaxLength>'],
    ['the name of a file in the zip', 'new_permitjs0000', 'new_permitjs1111'],
    ['how an empty element is written', '<Templates />', '<Templates></Templates>'],
    ['an empty section', '<Templates />', ''],
    ['an empty column of a table', '<MaxLength>', '<AutoNumberFormat /><MaxLength>'],
    ['an empty column of a solution-aware table', '<defaultvalue>', '<description /><defaultvalue>'],
    ['an empty list', '<form>', '<form><events />'],
    ['the generated id of a section', 'name="A" id="{A}"', 'name="A" id="{C}"'],
    ['a comment', '<Templates />', '<Templates /><!-- a comment -->'],
    ['line ends of a script', 'alert(1)\n', 'alert(1)\r\n'],
    [
      'a query written as text',
      '<fetch><entity name="new_permit" /></fetch>',
      '&lt;fetch&gt;&lt;entity name="new_permit"/&gt;&lt;/fetch&gt;',
    ],
    ['spaces in JSON', '{"a":[1,2]}', '{ "a": [1,\n2] }'],
    ['spelling of an id', 'level="Basic" />', 'level="Basic"></RolePrivilege>'],
  ] as const)('%s', async ([, from, to]) => {
    expect(await linesAfter(from, to)).toEqual([])
  })

  it('the generated id of a tab that has a name of its own, with what moved in it', async () => {
    const tab = (id: string) => (text: string) => text.replace('<tab id="{t}">', `<tab id="{${id}}" name="general">`)
    expect(differenceText(await differenceOf(tab('t'), tab('z')))).toEqual([])
    const moved = (text: string): string =>
      tab('z')(text)
        .replace(section('A', row('new_comments')), section('A', ''))
        .replace(section('B', ''), section('B', row('new_comments')))
    expect(differenceText(await differenceOf(tab('t'), moved))).toEqual([
      'Permit (new_permit): form Main: field Comments moved from section A to section B',
    ])
    const twice = (id: string) => (text: string) => tab('t')(text).replace('</tabs>', `<tab id="{${id}}" name="general"></tab></tabs>`)
    expect(differenceText(await differenceOf(twice('u'), twice('v')))).toHaveLength(2)
  })

  it('the generated id of a section with places that hold no field', async () => {
    const spaced = (id: string) => (text: string) =>
      text
        .replace('name="A" id="{A}"', `name="A" id="{${id}}"`)
        .replace(row('new_comments'), `${row('new_comments')}<row><cell id="{2}" /></row>`)
    expect(differenceText(await differenceOf(spaced('A'), spaced('C')))).toEqual([])
  })

  it('has a reason and evidence in every rule', () => {
    for (const rule of noiseRules) expect([rule.id, rule.reason, rule.evidence]).not.toContain('')
    expect(new Set(noiseRules.map(({ id }) => id)).size).toBe(noiseRules.length)
  })
})

describe('what a change means', () => {
  const classes = async (from: string, to: string): Promise<string[]> => {
    const edit = (text: string): string => text.replace(from, to)
    const lines = differenceLines(await differenceOf((text) => text, edit))
    return lines.map((line) => `${line.class}: ${line.text}`)
  }
  const query = '<fetch><entity name="new_permit" /></fetch>'
  const filtered = query.replace(' />', '><filter type="and"><condition attribute="statecode" operator="eq" value="0" /></filter></entity>')
  const handler = '<Handler functionName="f.x" libraryName="pub_x.js" enabled="true" />'
  const event = `<form><events><event name="onload" application="false"><Handlers>${handler}</Handlers></event></events>`

  it.for([
    [
      'a column that is listened for, where there was none',
      '<Rank>1</Rank>',
      '<Rank>1</Rank><FilteringAttributes>a</FilteringAttributes>',
      'behavioural',
      'filtering columns set to a',
    ],
    [
      'a default value, where there was none',
      '<MaxLength>',
      '<DefaultValue>x</DefaultValue><MaxLength>',
      'behavioural',
      'default value set to x',
    ],
    ['a filter, where there was none', query, filtered, 'behavioural', 'new filter all of'],
    ['a script that runs on an event', '<form>', event, 'behavioural', 'now calls f.x of pub_x.js on load'],
    [
      'parts of a table that leave the solution',
      'schemaName="new_permit" />',
      'schemaName="new_permit" behavior="1" />',
      'behavioural',
      'includes all parts → only listed parts',
    ],
    ['who owns rows', '>UserOwned<', '>OrgOwned<', 'destructive', 'ownership user or team → organisation'],
    [
      'a description, where there was none',
      '<MaxLength>',
      '<Descriptions><Description description="Said" languagecode="1033" /></Descriptions><MaxLength>',
      'additive',
      'description (English) set to Said',
    ],
  ] as const)('%s', async ([, from, to, meaning, words]) => {
    const lines = await classes(from, to)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(new RegExp(`^${meaning}: `))
    expect(lines[0]).toContain(words)
  })

  it('a step that is new in a classic process makes it act otherwise', async () => {
    const xaml = (steps: string): TextFile => ({
      path: 'Workflows/Close-1.xaml',
      text: `<Activity><Sequence>${steps}</Sequence></Activity>`,
    })
    const lines = differenceLines(await processDifference(xaml(''), xaml('<Assign DisplayName="Tell" />')))
    expect(lines.map((line) => line.class)).toEqual(['behavioural'])
  })

  it('a second function on one event is told by its name', async () => {
    const two = event.replace(handler, handler + handler.replace('f.x', 'g'))
    const lines = differenceText(
      await differenceOf(
        (text) => text.replace('<form>', event),
        (text) => text.replace('<form>', two),
      ),
    )
    expect(lines).toEqual(['Permit (new_permit): form Main: now calls g of pub_x.js on load'])
  })
})

describe('what export to managed leaves out', () => {
  const managed = (text: string): string => text.replace('<Managed>0<', '<Managed>1<')
  const relationship = (column: string): string =>
    `<EntityRelationship Name="new_r_${column}"><ReferencingEntityName>new_Permit</ReferencingEntityName><ReferencedEntityName>account</ReferencedEntityName><ReferencingAttributeName>${column}</ReferencingAttributeName></EntityRelationship>`
  const withRelationship = (column: string, isActivity: boolean) => (text: string) => {
    const related = text.replace('<EntityRelationships>', `<EntityRelationships>${relationship(column)}`)
    return isActivity ? related.replace('<attributes>', '<IsActivity>1</IsActivity><attributes>') : related
  }

  it.for([
    ['RegardingObjectId', true, 1],
    ['new_accountid', true, 2],
    ['CreatedBy', false, 2],
  ] as const)(
    'relationships that the platform makes with an activity table: through %s, activity: %s',
    async ([column, isActivity, count]) => {
      const without = (text: string): string => managed(withRelationship(column, isActivity)(text).replace(relationship(column), ''))
      expect(differenceText(await differenceOf(withRelationship(column, isActivity), without))).toHaveLength(count)
    },
  )

  it('tables that a party list accepts, and of no other column', async () => {
    const types = '<LookupTypes><LookupType>1</LookupType><LookupType>8</LookupType></LookupTypes>'
    const column = (type: string) => (text: string) => text.replace('<Type>nvarchar</Type>', `<Type>${type}</Type>${types}`)
    const fewer = (type: string) => (text: string) => managed(column(type)(text)).replace('<LookupType>1</LookupType>', '')
    expect(differenceText(await differenceOf(column('partylist'), fewer('partylist')))).toHaveLength(1)
    expect(differenceText(await differenceOf(column('lookup'), fewer('lookup')))).toHaveLength(2)
  })
})

describe('nothing else is silent', () => {
  it.for([
    ['the type of a form', '<forms type="main">', '<forms type="card">'],
    ['an attribute that nobody knows', '<MaxLength>', '<MaxLength odd="1">'],
    ['an element that nobody knows', '<Templates />', '<Templates><Odd>1</Odd></Templates>'],
    ['a number with more digits than a number has', '{"a":[1,2]}', '{"a":[1,2.00000000000000000001]}'],
    ['a JSON name that stands twice', '{"a":[1,2]}', '{"a":[1,2],"a":[1,2]}'],
    ['the order of a JSON list', '{"a":[1,2]}', '{"a":[2,1]}'],
    ['the default of a column that is another', '<MaxLength>', '<ImeMode>active</ImeMode><MaxLength>'],
    ['a file of no component', 'keep me', 'keep you'],
    [
      'an empty element that says something by being there',
      '<DisplayConditions><Everyone /></DisplayConditions>',
      '<DisplayConditions></DisplayConditions>',
    ],
    ['an empty element that nobody knows', '</form>', '<odd /></form>'],
    ['an empty row of a form', '<rows></rows>', '<rows><row /></rows>'],
    ['a further empty row of a form', '</row></rows>', '</row><row /><row /></rows>'],
    ['that all columns are queried', '<entity name="new_permit" />', '<entity name="new_permit"><all-attributes /></entity>'],
    ['a child in a place where forms have none', '<rows></rows>', '<rows><odd>1</odd></rows>'],
  ] as const)('%s', async ([, from, to]) => {
    expect(await linesAfter(from, to)).not.toEqual([])
  })

  it('an element that was empty by what it holds now, in one line', async () => {
    const odd = (inner: string) => (text: string) => text.replace('</form>', `<odd>${inner}</odd></form>`)
    expect(differenceText(await differenceOf(odd(''), odd('1')))).toEqual(['Permit (new_permit): form Main: odd set to 1'])
    expect(differenceText(await differenceOf(odd(''), odd('<a>1</a>')))).toEqual(['Permit (new_permit): form Main: odd: a set to 1'])
  })

  it('an element nested deeper than anyone nests', async () => {
    const deep = (end: string): string => `<Odd>${'<a>'.repeat(900)}${end}${'</a>'.repeat(900)}</Odd>`
    expect(
      differenceText(
        await differenceOf(
          (text) => text.replace('<Templates />', deep('1')),
          (text) => text.replace('<Templates />', deep('2')),
        ),
      ),
    ).toHaveLength(1)
  })
})

async function linesAfter(from: string, to: string): Promise<string[]> {
  const files = sample()
  expect(
    files.some(({ text }) => text.includes(from)),
    `the sample has ${from}`,
  ).toBe(true)
  return differenceText(
    await differenceOf(
      (text) => text,
      (text) => text.replaceAll(from, to),
    ),
  )
}

async function differenceOf(before: (text: string) => string, after: (text: string) => string) {
  const described = (change: (text: string) => string) => describeSolution(packageOfFiles(sample().map((file) => written(file, change))))
  return diffSolutions(await described(before), await described(after))
}

async function processLines(before: TextFile, after: TextFile): Promise<string[]> {
  return differenceText(await processDifference(before, after))
}

async function processDifference(before: TextFile, after: TextFile) {
  const process =
    '<Workflows><Workflow WorkflowId="{00000000-0000-0000-0000-000000000009}" Name="Close"><XamlFileName>/Workflows/Close-1.xaml</XamlFileName><Category>0</Category></Workflow></Workflows><Roles>'
  const withProcess = (xaml: TextFile) =>
    describeSolution(
      packageOfFiles([...sample().map((file) => written(file, (text) => text.replace('<Roles>', process))), written(xaml, (text) => text)]),
    )
  return diffSolutions(await withProcess(before), await withProcess(after))
}

interface TextFile {
  readonly path: string
  readonly text: string
}

function written({ path, text }: TextFile, change: (text: string) => string): PackageFile {
  return { path: change(path), bytes: new TextEncoder().encode(change(text)) }
}

function option(number: number, label: string): string {
  return `<option value="${number}"><labels><label description="${label}" languagecode="1033" /></labels></option>`
}

function row(column: string): string {
  return `<row><cell id="{1}"><control id="${column}" datafieldname="${column}" /></cell></row>`
}

function viewCells(...columns: readonly string[]): string {
  return columns.map((column) => `<cell name="${column}" />`).join('')
}

function section(name: string, rows: string): string {
  return `<section name="${name}" id="{${name}}"><labels><label description="${name}" languagecode="1033" /></labels><rows>${rows}</rows></section>`
}

describe('a canvas app that cannot be opened', () => {
  const app = { path: 'CanvasApps/new_app_DocumentUri.msapp' }
  const described = (bytes: Uint8Array) => {
    const one =
      '<CanvasApps><CanvasApp><Name>new_app</Name><DisplayName>Inspector</DisplayName><DocumentUri>/CanvasApps/new_app_DocumentUri.msapp</DocumentUri></CanvasApp></CanvasApps><Roles>'
    const files = sample().map((file) => written(file, (text) => text.replace('<Roles>', one)))
    return describeSolution(packageOfFiles([...files, { ...app, bytes }]))
  }

  it('is compared by its bytes only, and the reason is told', async () => {
    const bytes = await writeZip([{ path: 'Properties.json', bytes: new TextEncoder().encode('{"Name":"x"}') }])
    const broken = bytes.slice(0, -4)
    const lines = differenceText(diffSolutions(await described(bytes), await described(broken)))
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^canvas app Inspector: content changed; the app of the second solution cannot be opened: ./)
    expect(differenceText(diffSolutions(await described(broken), await described(bytes)))[0]).toContain('the app of the first solution')
    expect(differenceText(diffSolutions(await described(broken), await described(broken.slice())))).toEqual([])
    expect(differenceText(diffSolutions(await described(broken), await described(bytes.slice(0, -5))))[0]).toContain('of both solutions')
  })

  it('is compared by what is in it, where both can be opened', async () => {
    const zip = (...paths: string[]) => writeZip(paths.map((path) => ({ path, bytes: new TextEncoder().encode('{"a":1}') })))
    const both = diffSolutions(await described(await zip('a.json', 'b.json')), await described(await zip('b.json', 'a.json')))
    expect(differenceText(both)).toEqual([])
  })
})

function sample(): TextFile[] {
  const labels = (list: string, item: string, text: string): string =>
    `<${list}><${item} description="${text}" languagecode="1033" /></${list}>`
  const column = (name: string, label: string, more: string): string =>
    `<attribute PhysicalName="${name}"><Type>nvarchar</Type><Name>${name}</Name><LogicalName>${name}</LogicalName>${more}${labels('displaynames', 'displayname', label)}</attribute>`
  const columns =
    column('new_comments', 'Comments', '<RequiredLevel>none</RequiredLevel><MaxLength>100</MaxLength>') +
    column(
      'new_status',
      'Status',
      `<optionset Name="new_permit_status"><options>${option(1, 'Draft')}${option(2, 'Done')}</options></optionset>`,
    )
  const form = `<systemform><formid>{00000000-0000-0000-0000-000000000001}</formid><form><tabs><tab id="{t}"><columns><column width="100%"><sections>${section('A', row('new_comments'))}${section('B', '')}</sections></column></columns></tab></tabs></form><DisplayConditions><Everyone /></DisplayConditions>${labels('LocalizedNames', 'LocalizedName', 'Main')}</systemform>`
  const view = `<savedquery><savedqueryid>{00000000-0000-0000-0000-000000000002}</savedqueryid><layoutxml><grid><row>${viewCells('new_comments', 'new_status')}</row></grid></layoutxml><fetchxml><fetch><entity name="new_permit" /></fetch></fetchxml>${labels('LocalizedNames', 'LocalizedName', 'Active permits')}</savedquery>`
  const customizations = `<ImportExportXml><Entities><Entity><Name LocalizedName="Permit">new_Permit</Name><EntityInfo><entity Name="new_Permit"><OwnershipTypeMask>UserOwned</OwnershipTypeMask><attributes>${columns}</attributes></entity></EntityInfo><FormXml><forms type="main">${form}</forms></FormXml><SavedQueries><savedqueries>${view}</savedqueries></SavedQueries></Entity></Entities><Roles><Role id="{00000000-0000-0000-0000-000000000003}" name="Clerk"><RolePrivileges><RolePrivilege name="prvReadnew_Permit" level="Basic" /></RolePrivileges></Role></Roles><Templates /><EntityRelationships><EntityRelationship Name="new_site_permit"><ReferencingEntityName>new_Permit</ReferencingEntityName><ReferencedEntityName>new_Site</ReferencedEntityName><CascadeDelete>Restrict</CascadeDelete></EntityRelationship></EntityRelationships><WebResources><WebResource><Name>new_/permit.js</Name><FileName>/WebResources/new_permitjs0000</FileName></WebResource></WebResources><SdkMessageProcessingSteps><SdkMessageProcessingStep Name="Check" SdkMessageProcessingStepId="{00000000-0000-0000-0000-000000000004}"><Rank>1</Rank></SdkMessageProcessingStep></SdkMessageProcessingSteps></ImportExportXml>`
  const manifest = `<ImportExportXml version="9.2" generatedBy="CrmLive"><SolutionManifest><UniqueName>new_permits</UniqueName><Version>1.0.0.0</Version><Managed>0</Managed><RootComponents><RootComponent type="1" schemaName="new_permit" /></RootComponents></SolutionManifest></ImportExportXml>`
  return [
    { path: 'customizations.xml', text: customizations },
    { path: 'solution.xml', text: manifest },
    { path: 'WebResources/new_permitjs0000', text: 'alert(1)\n' },
    {
      path: 'environmentvariabledefinitions/new_Mailbox/environmentvariabledefinition.xml',
      text: '<environmentvariabledefinition schemaname="new_Mailbox"><defaultvalue>mail@contoso</defaultvalue></environmentvariabledefinition>',
    },
    { path: 'environmentvariabledefinitions/new_Mailbox/notes.json', text: '{"a":[1,2]}' },
    { path: 'notes.txt', text: 'keep me' },
  ]
}
