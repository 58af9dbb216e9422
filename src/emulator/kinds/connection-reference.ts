import type { ComponentPart } from '#format'
import { element } from '#format'
import { removeShares } from '../auth/row-shares.ts'
import type { KindBehaviour } from './kind-behaviour.ts'
import { numberOf, valueOf } from './part-text.ts'
import { asText, setText } from './xml-edit.ts'

export const connectionReference: KindBehaviour = {
  kind: 'connectionreference',
  operational: ['connectionid', 'ownerid', 'createdby', 'createdon', '~importedconnectionid'],
  project(part) {
    return {
      connectionreferencelogicalname: valueOf(part, 'connectionreferencelogicalname') ?? part.key,
      connectionreferencedisplayname: valueOf(part, 'connectionreferencedisplayname') ?? null,
      connectorid: valueOf(part, 'connectorid') ?? null,
      customconnectorid: valueOf(part, 'customconnectorid') ?? null,
      description: valueOf(part, 'description') ?? null,
      promptingbehavior: numberOf(valueOf(part, 'promptingbehavior')) ?? 0,
      statecode: 0,
      statuscode: 1,
    }
  },
  // No connection travels in a package (web-api G.1).
  initial: () => ({ connectionid: null }),
  removed: removeShares,
  patch(part, values) {
    let next: ComponentPart = part
    for (const [column, value] of Object.entries(values)) {
      if (column !== 'connectionreferencedisplayname' && column !== 'description') return undefined
      next = setText(next, column, value)
    }
    return next
  },
  create(values) {
    const name = asText(values.connectionreferencelogicalname)
    const xml = element('connectionreference', { connectionreferencelogicalname: name }, [
      element('connectionreferencedisplayname', {}, [asText(values.connectionreferencedisplayname ?? name)]),
      element('connectorid', {}, [asText(values.connectorid)]),
      element('iscustomizable', {}, ['1']),
      element('statecode', {}, ['0']),
      element('statuscode', {}, ['1']),
    ])
    return {
      kind: 'connectionreference',
      key: name,
      displayName: name,
      parent: undefined,
      section: ['connectionreferences'],
      xml,
      files: [],
    }
  },
}
