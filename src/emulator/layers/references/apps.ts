import type { ComponentPart } from '#format'
import { attributeOf, child, childElements } from '#format'
import { kindOfRootType, kindsOfRootType } from '../../kinds/kind-table.ts'
import { bareGuid, valueOf } from '../../kinds/part-text.ts'
import { attributesNamed, guidReference, matches, tableReference, webResourcesIn } from './text.ts'

/** An app: everything that it lists, and its roles. */
export function ofApp(part: ComponentPart): string[] {
  const components = childElements(child(part.xml, 'AppModuleComponents')).flatMap((node) => {
    const type = attributeOf(node, 'type') ?? ''
    const [id, name] = [bareGuid(attributeOf(node, 'id')), attributeOf(node, 'schemaName')]
    if (id !== undefined) return kindsOfRootType(type).map((kind) => `${kind}:${id}`)
    const kind = kindOfRootType(type)
    return name === undefined ? [] : [`${kind}:${kind === 'Entity' ? name.toLowerCase() : name}`]
  })
  const roles = attributesNamed(child(part.xml, 'AppModuleRoleMaps'), 'Role', 'id').flatMap((id) => guidReference(['Role'], id))
  return [...components, ...roles, ...guidReference(['WebResource'], valueOf(part, 'WebResourceId')), ...webResourcesIn(part.xml)]
}

/** A site map: tables, dashboards and web resources of its subareas. */
export function ofSiteMap(part: ComponentPart): string[] {
  return [
    ...attributesNamed(part.xml, 'SubArea', 'Entity').flatMap(tableReference),
    ...attributesNamed(part.xml, 'SubArea', 'DefaultDashboard').flatMap((id) =>
      guidReference(['Dashboard', 'InteractionCentricDashboard'], id),
    ),
    ...webResourcesIn(part.xml),
  ]
}

/** A canvas app: tables, component libraries, connection references and flows that its texts name. */
export function ofCanvasApp(part: ComponentPart): string[] {
  const connections = valueOf(part, 'ConnectionReferences')
  return [
    ...dependenciesListed(valueOf(part, 'CdsDependencies')),
    ...matches(valueOf(part, 'DatabaseReferences'), /"logicalName"\s*:\s*"([^"]+)"/g).flatMap(tableReference),
    ...matches(valueOf(part, 'AppComponentDependencies'), /"appComponentLibraryLogicalName"\s*:\s*"([^"]+)"/g).map(
      (name) => `CanvasApp:${name}`,
    ),
    ...matches(connections, /"connectionReferenceLogicalName"\s*:\s*"([^"]+)"/gi).map((name) => `connectionreference:${name}`),
    ...matches(connections, /"workflowEntityId"\s*:\s*\{\s*"value"\s*:\s*"([^"]+)"/g).flatMap((id) => guidReference(['Workflow'], id)),
  ]
}

/** `{"logicalname":"dem_pet","componenttype":1}`, for tables, controls and libraries alike. */
function dependenciesListed(text: string | undefined): string[] {
  return [...(text ?? '').matchAll(/"logicalname"\s*:\s*"([^"]+)"\s*,\s*"componenttype"\s*:\s*(\d+)/g)].map(([, name = '', type = '']) => {
    const kind = kindOfRootType(type)
    return `${kind}:${kind === 'Entity' ? name.toLowerCase() : name}`
  })
}

/** A command of a modern command bar: its app, table and library of formulas. */
export function ofCommand(part: ComponentPart): string[] {
  const text = new TextDecoder().decode(part.files.find((file) => file.path.toLowerCase().endsWith('.xml'))?.bytes)
  const inside = (name: string, key: string): string[] => matches(text, new RegExp(`<${name}>\\s*<${key}>([^<]+)<`, 'g'))
  return [
    ...inside('appmoduleid', 'uniquename').map((name) => `AppModule:${name}`),
    ...inside('contextentity', 'logicalname').flatMap(tableReference),
    ...['onclickeventformulacomponentlibraryid', 'visibilityformulacomponentlibraryid']
      .flatMap((name) => inside(name, 'name'))
      .map((name) => `CanvasApp:${name}`),
  ]
}
