import { DroverError } from '#domain/kernel'
import type { SolutionPackage, XmlElement } from './package.ts'

/** A solution zip of any set of parts; sections that the skeleton lacks are made, in the platform's order. Equal packages give equal bytes. */
export async function writePackage(_pkg: SolutionPackage): Promise<Uint8Array> {
  throw new DroverError('format.unfinished', 'Writing packages is being built.')
}

/** The ImportExportXml of customizations.xml with every part in its place. */
export function composeCustomizations(_pkg: Pick<SolutionPackage, 'skeleton' | 'parts'>): XmlElement {
  throw new DroverError('format.unfinished', 'Writing packages is being built.')
}

/** A skeleton of customizations.xml as the platform exports it when there is nothing in it. */
export function emptySkeleton(_languageCode = 1033): XmlElement {
  throw new DroverError('format.unfinished', 'Writing packages is being built.')
}
