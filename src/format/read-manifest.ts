import { DroverError, parseVersion, type Version } from '#domain/kernel'
import {
  kindOfType,
  type DependencyEnd,
  type MissingDependency,
  type Publisher,
  type RootComponent,
  type SolutionManifest,
} from '#domain/solution'
import { bareGuid, firstLabel } from './kinds/identity.ts'
import type { XmlElement } from './package.ts'
import { attributeOf, child, childElements, childrenNamed, childText, textOf } from './xml/tree.ts'

/** What solution.xml says. Throws `solution.bad-manifest` when the name or version of the solution is absent or malformed. */
export function readManifest(root: XmlElement): SolutionManifest {
  const manifest = child(root, 'SolutionManifest')
  if (manifest === undefined) throw badManifest('has no SolutionManifest')
  const uniqueName = childText(manifest, 'UniqueName')
  if (uniqueName === undefined) throw badManifest('names no solution (UniqueName)')
  const parentSolution = child(manifest, 'ParentSolution')
  return {
    uniqueName,
    displayName: firstLabel(manifest, 'LocalizedNames') ?? uniqueName,
    version: readVersion(manifest, uniqueName),
    isManaged: childText(manifest, 'Managed') === '1',
    publisher: readPublisher(child(manifest, 'Publisher')),
    patchOf: childText(parentSolution, 'UniqueName') ?? (textOf(parentSolution)?.trim() || undefined),
    platformVersion: attributeOf(root, 'version'),
    rootComponents: childrenNamed(child(manifest, 'RootComponents'), 'RootComponent').map(readRootComponent),
    missingDependencies: childrenNamed(child(manifest, 'MissingDependencies'), 'MissingDependency').flatMap(readMissingDependency),
  }
}

function badManifest(problem: string): DroverError {
  return new DroverError('solution.bad-manifest', `solution.xml ${problem}.`, { hint: 'Export the solution again from its environment.' })
}

function readVersion(manifest: XmlElement, uniqueName: string): Version {
  const version = versionOf(childText(manifest, 'Version'))
  if (version === undefined) throw badManifest(`gives solution "${uniqueName}" no version of the form 1.2.3.4`)
  return version
}

function versionOf(text: string | undefined): Version | undefined {
  const result = text === undefined ? undefined : parseVersion(text)
  return result?.ok === true ? result.value : undefined
}

function readPublisher(xml: XmlElement | undefined): Publisher {
  const uniqueName = childText(xml, 'UniqueName')
  if (xml === undefined || uniqueName === undefined) throw badManifest('names no publisher')
  const optionPrefix = childText(xml, 'CustomizationOptionValuePrefix')
  return {
    uniqueName,
    displayName: firstLabel(xml, 'LocalizedNames') ?? uniqueName,
    prefix: childText(xml, 'CustomizationPrefix') ?? '',
    optionValuePrefix: optionPrefix !== undefined && /^\d+$/.test(optionPrefix) ? Number(optionPrefix) : undefined,
  }
}

function readRootComponent(xml: XmlElement): RootComponent {
  const type = attributeOf(xml, 'type') ?? ''
  return { type, kind: kindOfType(type), id: idOf(xml), schemaName: schemaNameOf(xml), behavior: behaviorOf(xml) }
}

function behaviorOf(xml: XmlElement): 0 | 1 | 2 | undefined {
  switch (attributeOf(xml, 'behavior')) {
    case '0':
      return 0
    case '1':
      return 1
    case '2':
      return 2
    default:
      return undefined
  }
}

function idOf(xml: XmlElement): string | undefined {
  return bareGuid(attributeOf(xml, 'id'))
}

/** Kinds without a fixed number carry their identity in dotted attributes: `type="SettingDefinition" id.uniquename="AppChannel"`. */
function schemaNameOf(xml: XmlElement): string | undefined {
  const dotted = xml.attributes.filter((attribute) => attribute.name.startsWith('id.')).map((attribute) => attribute.value)
  return attributeOf(xml, 'schemaName') ?? (dotted.length === 0 ? undefined : dotted.join('.'))
}

function readMissingDependency(xml: XmlElement): MissingDependency[] {
  const required = child(xml, 'Required')
  if (required === undefined) return []
  const origin = /^(.*?)\s*(?:\(([\d.]+)\))?$/.exec(attributeOf(required, 'solution')?.trim() ?? '')
  return [
    {
      required: { ...readEnd(required), solution: origin?.[1] ?? '', minimumVersion: versionOf(origin?.[2]) },
      dependent: readEnd(child(xml, 'Dependent') ?? { ...required, attributes: [] }),
    },
  ]
}

function readEnd(xml: XmlElement): DependencyEnd {
  const type = attributeOf(xml, 'type') ?? ''
  return {
    type,
    kind: kindOfType(type),
    schemaName: schemaNameOf(xml),
    displayName: attributeOf(xml, 'displayName'),
    id: idOf(xml),
    parentSchemaName: attributeOf(xml, 'parentSchemaName'),
  }
}

/** Language codes of the packaged labels, as customizations.xml lists them. */
export function packagedLanguages(skeleton: XmlElement): readonly number[] {
  return childElements(child(skeleton, 'Languages')).flatMap((node) => {
    const code = Number(textOf(node))
    return Number.isInteger(code) && code > 0 ? [code] : []
  })
}
