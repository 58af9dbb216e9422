import { describe, expect, it } from 'vitest'
import type { XmlElement } from '#format'
import { compactStyle, parseXml, writeXml } from '#format'
import { mergeOf } from './index.ts'

const xml = (text: string): XmlElement => parseXml(text, 'case')

function merged(kind: string, ...layers: readonly string[]): string {
  const [base = '', ...above] = layers
  return writeXml(
    above.reduce((below, layer) => mergeOf(kind)?.merge(below, xml(layer)) ?? below, xml(base)),
    compactStyle,
  )
}

/** What an editor changed of `base`, laid over a newer base. */
function carried(kind: string, base: string, edited: string, newer: string): string {
  const rule = mergeOf(kind)
  if (rule === undefined) throw new Error(`${kind} does not merge`)
  return writeXml(rule.merge(xml(newer), rule.difference(xml(base), xml(edited))), compactStyle)
}

const cell = (id: string, field = id, more = ''): string =>
  `<cell id="{${id}}"${more}><control id="${field}" datafieldname="${field}" /></cell>`
const section = (id: string, cells: readonly string[], more = ''): string =>
  `<section id="{${id}}"${more}><rows>${cells.map((text) => `<row>${text}</row>`).join('')}</rows></section>`
const tab = (id: string, sections: string, more = ''): string =>
  `<tab id="{${id}}"${more}><columns><column width="100%"><sections>${sections}</sections></column></columns></tab>`
const form = (...tabs: readonly string[]): string => `<systemform><form><tabs>${tabs.join('')}</tabs></form></systemform>`

describe('forms', () => {
  const base = form(tab('t1', section('s1', [cell('a'), cell('b')])))

  it('have the sections of all layers, new ones at the end', () => {
    expect(merged('SystemForm', base, form(tab('t1', section('s2', [cell('c')]))))).toBe(
      form(tab('t1', section('s1', [cell('a'), cell('b')]) + section('s2', [cell('c')]))),
    )
  })

  it('put a cell that a layer adds at the end of its section', () => {
    const above = form(tab('t1', section('s1', [cell('c', 'c', ' ordinalvalue="10000" solutionaction="Added"')])))
    expect(merged('SystemForm', base, above)).toBe(form(tab('t1', section('s1', [cell('a'), cell('b'), cell('c')]))))
  })

  it('lose what a layer removes, and hide what it hides', () => {
    const above = form(
      tab(
        't1',
        section('s1', ['<cell id="{A}" solutionaction="Removed" />', '<cell id="{b}" visible="false" solutionaction="Modified" />']),
      ),
    )
    expect(merged('SystemForm', base, above)).toBe(form(tab('t1', section('s1', [cell('b', 'b', ' visible="false"')]))))
  })

  it('take no attribute from what a difference names only as a place', () => {
    const above = form(tab('t1', section('s1', [cell('c', 'c', ' solutionaction="Added"')], ' showlabel="false"')))
    expect(merged('SystemForm', base, above)).not.toContain('showlabel')
  })

  it('keep what is below when the layer above it goes', () => {
    const second = form(tab('t2', section('s9', [cell('x')])))
    const third = form(tab('t3', section('s8', [cell('y')])))
    expect(merged('SystemForm', base, third)).toBe(
      merged('SystemForm', base, second, third).replace(tab('t2', section('s9', [cell('x')])), ''),
    )
  })

  it('show a section whose tab another layer took away in the conflicts tab', () => {
    const gone = form('<tab id="{t1}" solutionaction="Removed" />', tab('t2', section('s5', [cell('z')]), ' solutionaction="Added"'))
    const adds = form(tab('t1', section('s7', [cell('q')], ' solutionaction="Added"')))
    const text = merged('SystemForm', base, gone, adds)
    expect(text).toMatch(/group="solutionconflictstab"><labels><label description="Conflicts Tab" languagecode="1033" \/><\/labels>/)
    expect(text).toContain(section('s7', [cell('q')]))
    expect(text).not.toContain('"a"')
  })

  it('show a cell whose section is gone in the conflicts section, and follow a section that only moved', () => {
    const moved = form(
      `<tab id="{t1}"><columns><column><sections><section id="{s1}" solutionaction="Removed" /></sections></column></columns></tab>`,
    )
    const adds = form(tab('t1', section('s1', [cell('q', 'q', ' solutionaction="Added"')])))
    expect(merged('SystemForm', base, moved, adds)).toMatch(/conflictssection".*datafieldname="q"/)
    const elsewhere = form(tab('t2', section('s1', [cell('a')])))
    expect(merged('SystemForm', elsewhere, adds)).toBe(form(tab('t2', section('s1', [cell('a'), cell('q')]))))
  })

  it('count columns by their place where they have no id', () => {
    const two = (a: string, b: string): string =>
      form(
        `<tab id="{t}"><columns><column width="50%"><sections>${a}</sections></column><column width="50%"><sections>${b}</sections></column></columns></tab>`,
      )
    const second = form(
      `<tab id="{t}"><columns><column id="1"><sections>${section('n', [cell('n')], ' solutionaction="Added"')}</sections></column></columns></tab>`,
    )
    expect(merged('SystemForm', two(section('l', [cell('l')]), section('r', [cell('r')])), second)).toBe(
      two(section('l', [cell('l')]), section('r', [cell('r')]) + section('n', [cell('n')])),
    )
  })

  it('carry hand-made changes over a new managed version, additions and removals alike', () => {
    const edited = form(tab('t1', section('s1', [cell('b'), cell('mine')])))
    const newer = form(tab('t1', section('s1', [cell('a'), cell('b'), cell('new')])))
    expect(carried('SystemForm', base, edited, newer)).toBe(form(tab('t1', section('s1', [cell('b'), cell('new'), cell('mine')]))))
  })

  it('take a managed version whole where nothing was changed by hand', () => {
    const newer = form(tab('t1', section('s1', [cell('a')])))
    expect(carried('SystemForm', base, base, newer)).toBe(newer)
  })

  it('merge handlers and libraries by their names', () => {
    const script = (library: string, handler: string): string =>
      `<systemform><form><formLibraries><Library name="${library}" libraryUniqueId="{1}" /></formLibraries><events><event name="onload"><Handlers><Handler functionName="${handler}" libraryName="${library}" /></Handlers></event></events></form></systemform>`
    const text = merged('SystemForm', script('one.js', 'f'), script('two.js', 'g'))
    expect(text).toMatch(/<Library name="one.js".*<Library name="two.js"/)
    expect(text.match(/<event /g)).toHaveLength(1)
    expect(text.match(/<Handler /g)).toHaveLength(2)
  })
})

describe('site maps', () => {
  const sub = (id: string, more = ''): string => `<SubArea Id="${id}" Entity="con_${id}"${more} />`
  const map = (...groups: readonly string[]): string =>
    `<AppModuleSiteMap><SiteMap><Area Id="A">${groups.join('')}</Area></SiteMap></AppModuleSiteMap>`

  it('join areas, groups and subareas by Id, new ones at the bottom', () => {
    const above = map(`<Group Id="G">${sub('z')}</Group>`, `<Group Id="H">${sub('y')}</Group>`)
    expect(merged('SiteMap', map(`<Group Id="G">${sub('x')}</Group>`), above)).toBe(
      map(`<Group Id="G">${sub('x')}${sub('z')}</Group>`, `<Group Id="H">${sub('y')}</Group>`),
    )
  })

  it('lose what a layer removes and no more', () => {
    const above = map(`<Group Id="G" solutionaction="Modified"><SubArea Id="x" ordinalvalue="0" solutionaction="Removed" /></Group>`)
    expect(merged('SiteMap', map(`<Group Id="G">${sub('x')}${sub('z')}</Group>`), above)).toBe(map(`<Group Id="G">${sub('z')}</Group>`))
  })
})

describe('apps', () => {
  const app = (components: string, roles = ''): string =>
    `<AppModule><UniqueName>con_app</UniqueName><AppModuleComponents>${components}</AppModuleComponents><AppModuleRoleMaps>${roles}</AppModuleRoleMaps></AppModule>`

  it('have the components and roles of all layers, each once', () => {
    const order = '<AppModuleComponent type="1" schemaName="con_order" />'
    const view = '<AppModuleComponent type="26" id="{v}" />'
    const added = '<AppModuleComponent type="26" id="{v}" solutionaction="Added" />'
    const both = app(order + view, '<Role id="{r}" /><Role id="{s}" />')
    expect(merged('AppModule', app(order, '<Role id="{r}" />'), app(order + view, '<Role id="{s}" />'))).toBe(both)
    expect(merged('AppModule', app(order, '<Role id="{r}" /><Role id="{s}" />'), app(added))).toBe(both)
  })
})

describe('ribbons', () => {
  it('have the actions, commands and rules of all layers; the upper one of the same Id counts', () => {
    const ribbon = (action: string, command: string): string =>
      `<RibbonDiffXml><CustomActions>${action}</CustomActions><CommandDefinitions>${command}</CommandDefinitions><RuleDefinitions><DisplayRules /></RuleDefinitions></RibbonDiffXml>`
    const hide = '<HideCustomAction HideActionId="h" Location="Mscrm.Save" />'
    expect(
      merged(
        'RibbonDiff',
        ribbon('<CustomAction Id="a" Sequence="1" />', '<CommandDefinition Id="c"><EnableRules /></CommandDefinition>'),
        ribbon(hide, '<CommandDefinition Id="c"><Actions /></CommandDefinition>'),
      ),
    ).toBe(ribbon(`<CustomAction Id="a" Sequence="1" />${hide}`, '<CommandDefinition Id="c"><Actions /></CommandDefinition>'))
  })
})

describe('choices', () => {
  const option = (value: number, label: string): string =>
    `<option value="${value}"><labels><label description="${label}" languagecode="1033" /></labels></option>`
  const choice = (...options: readonly string[]): string =>
    `<optionset Name="con_colour"><options>${options.join('')}</options></optionset>`

  it('have the options of all layers; of one value the upper label counts', () => {
    expect(merged('OptionSet', choice(option(1, 'Red'), option(2, 'Blue')), choice(option(2, 'Navy'), option(3, 'Green')))).toBe(
      choice(option(1, 'Red'), option(2, 'Navy'), option(3, 'Green')),
    )
  })

  it('of a column merge, while the rest of the column is what the top says', () => {
    const column = (length: number, options: string): string => `<attribute><MaxLength>${length}</MaxLength>${options}</attribute>`
    expect(merged('Attribute', column(30, choice(option(1, 'Red'))), column(50, choice(option(2, 'Blue'))))).toBe(
      column(50, choice(option(1, 'Red'), option(2, 'Blue'))),
    )
  })

  it('stay removed by hand when a new managed version comes, and get its new options', () => {
    expect(
      carried(
        'OptionSet',
        choice(option(1, 'Red'), option(2, 'Blue')),
        choice(option(1, 'Red')),
        choice(option(1, 'Red'), option(2, 'Blue'), option(3, 'Green')),
      ),
    ).toBe(choice(option(1, 'Red'), option(3, 'Green')))
  })
})
