import type { ComponentPart } from '#format'
import { attributeOf, child, element, writeXml, packagerStyle } from '#format'
import { removeShares } from '../auth/row-shares.ts'
import type { KindBehaviour } from './kind-behaviour.ts'
import { definitionFile, definitionOf, flag, numberOf, valueOf } from './part-text.ts'
import { removeValuesOf } from './variable-values.ts'
import { asText, setText } from './xml-edit.ts'

export const environmentVariableDefinition: KindBehaviour = {
  kind: 'EnvironmentVariableDefinition',
  operational: ['createdby', 'createdon', 'ownerid'],
  project(part) {
    return {
      schemaname: valueOf(part, 'schemaname') ?? part.key,
      displayname: attributeOf(child(definitionOf(part), 'displayname'), 'default') ?? part.displayName ?? null,
      description: attributeOf(child(definitionOf(part), 'description'), 'default') ?? null,
      type: numberOf(valueOf(part, 'type')) ?? 100000000,
      defaultvalue: valueOf(part, 'defaultvalue') ?? null,
      isrequired: flag(valueOf(part, 'isrequired')),
      apiid: valueOf(part, 'apiid') ?? null,
      parameterkey: valueOf(part, 'parameterkey') ?? null,
      secretstore: numberOf(valueOf(part, 'secretstore')) ?? 0,
      hint: valueOf(part, 'hint') ?? null,
      statecode: 0,
      statuscode: 1,
    }
  },
  removed(tx, id) {
    removeValuesOf(tx, id)
    removeShares(tx, id)
  },
  patch(part, values) {
    const xml = definitionOf(part)
    if (xml === undefined) return undefined
    let next: ComponentPart = { ...part, xml }
    for (const [column, value] of Object.entries(values)) {
      if (column !== 'defaultvalue' && column !== 'isrequired') return undefined
      next = setText(next, column, value)
    }
    return inFile(next)
  },
  create(values) {
    const schemaName = asText(values.schemaname)
    const display = asText(values.displayname ?? schemaName)
    const xml = element('environmentvariabledefinition', { schemaname: schemaName }, [
      ...(values.defaultvalue === undefined || values.defaultvalue === null
        ? []
        : [element('defaultvalue', {}, [asText(values.defaultvalue)])]),
      element('displayname', { default: display }, [element('label', { description: display, languagecode: '1033' })]),
      element('introducedversion', {}, ['1.0.0.0']),
      element('iscustomizable', {}, ['1']),
      element('isrequired', {}, [asText(values.isrequired ?? false)]),
      element('secretstore', {}, ['0']),
      element('type', {}, [asText(values.type ?? 100000000)]),
    ])
    return inFile({
      kind: 'environmentvariabledefinition',
      key: schemaName,
      displayName: display,
      parent: undefined,
      section: [],
      xml,
      files: [],
    })
  },
}

/** The value that a package carries beside its definition (web-api G.1 `environmentvariablevalues.json`). */
export function packagedValue(part: ComponentPart): string | undefined {
  const file = part.files.find((candidate) => candidate.path.toLowerCase().endsWith('environmentvariablevalues.json'))
  if (file === undefined) return undefined
  const found = /"value"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(Buffer.from(file.bytes).toString('utf8'))?.[1]
  return found === undefined ? undefined : (JSON.parse(found) as string)
}

/** The part as packages hold it: its definition in a file only. */
function inFile(part: ComponentPart): ComponentPart {
  if (part.xml === undefined) return part
  const path =
    definitionFile(part)?.path ?? `environmentvariabledefinitions/${attributeOf(part.xml, 'schemaname')}/environmentvariabledefinition.xml`
  const bytes = Buffer.from(writeXml(part.xml, { ...packagerStyle, hasByteOrderMark: false, hasDeclaration: false }))
  return { ...part, xml: undefined, files: [...part.files.filter((file) => file.path !== path), { path, bytes }] }
}
