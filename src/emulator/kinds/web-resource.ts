import type { ComponentPart } from '#format'
import { element } from '#format'
import type { KindBehaviour } from './kind-behaviour.ts'
import { bareGuid, numberOf, valueOf } from './part-text.ts'
import { asText, setFile, setText } from './xml-edit.ts'

export const webResource: KindBehaviour = {
  kind: 'WebResource',
  project(part) {
    const content = part.files[0]?.bytes
    return {
      webresourceid: bareGuid(valueOf(part, 'WebResourceId')),
      name: valueOf(part, 'Name') ?? part.key,
      displayname: valueOf(part, 'DisplayName') ?? null,
      description: valueOf(part, 'Description') ?? null,
      webresourcetype: numberOf(valueOf(part, 'WebResourceType')) ?? 3,
      languagecode: numberOf(valueOf(part, 'LanguageCode')),
      content: content === undefined ? null : Buffer.from(content).toString('base64'),
    }
  },
  patch(part, values) {
    let next: ComponentPart = part
    for (const [column, value] of Object.entries(values)) {
      if (column === 'displayname') next = setText(next, 'DisplayName', value)
      else if (column === 'description') next = setText(next, 'Description', value)
      else if (column === 'content')
        next = setFile(next, next.files[0]?.path ?? filePath(part.key, idOf(part)), Buffer.from(asText(value), 'base64'))
      else return undefined
    }
    return next
  },
  create(values, id) {
    const name = asText(values.name)
    const path = filePath(name, id)
    const xml = element('WebResource', {}, [
      element('WebResourceId', {}, [`{${id}}`]),
      element('Name', {}, [name]),
      element('DisplayName', {}, [asText(values.displayname ?? name)]),
      element('LanguageCode', {}, ['0']),
      element('WebResourceType', {}, [asText(values.webresourcetype ?? 3)]),
      element('IntroducedVersion', {}, ['1.0.0.0']),
      element('IsEnabledForMobileClient', {}, ['0']),
      element('IsAvailableForMobileOffline', {}, ['0']),
      element('IsCustomizable', {}, ['1']),
      element('CanBeDeleted', {}, ['1']),
      element('IsHidden', {}, ['0']),
      element('FileName', {}, [`/${path}`]),
    ])
    const bytes = Buffer.from(asText(values.content), 'base64')
    return {
      kind: 'WebResource',
      key: name,
      displayName: name,
      parent: undefined,
      section: ['WebResources'],
      xml,
      files: [{ path, bytes }],
    }
  },
}

function idOf(part: ComponentPart): string {
  return bareGuid(valueOf(part, 'WebResourceId')) ?? ''
}

/** `/WebResources/` + the name without `.` and `/` + the guid in upper case (facts-2 §1.6). */
function filePath(name: string, id: string): string {
  return `WebResources/${name.replace(/[./]/g, '')}${id.toUpperCase()}`
}
