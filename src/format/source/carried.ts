/**
 * What an unpacked solution needs in addition to the files of its layout, in `.drover/carried.json`; written only when there is
 * something to carry. Texts are lists of lines, so that Git shows what changed in them.
 */
export interface Carried {
  readonly format: 1
  /** What SolutionPackager's layout has no place for. */
  readonly xml?: CarriedXml
  /** What a folder of both package types cannot tell apart. */
  readonly both?: CarriedBoth
}

export interface CarriedXml {
  /** Components without a file: nothing names one, or another component has that path already. */
  readonly components?: readonly CarriedComponent[]
  /** Lists inside of tables that are more than lists; `<?drover-file …?>` stands where the content of that file belongs. */
  readonly lists?: readonly CarriedList[]
  /** Files of the zip whose path in the layout is another file's. */
  readonly files?: readonly CarriedFile[]
  /** Path of the layout → path in the zip, where the one does not follow from the other. */
  readonly names?: Readonly<Record<string, string>>
  /** Files that components name, but that the zip does not hold. */
  readonly absent?: readonly string[]
  /** Split-out files whose root says xmlns:xsi itself: it is not the layout's. */
  readonly ownNamespaces?: readonly string[]
}

export interface CarriedComponent {
  /** The section of customizations.xml that it stands in. */
  readonly section: string
  readonly xml: readonly string[]
}

export interface CarriedList {
  /** The Entity.xml of its table. */
  readonly table: string
  readonly xml: readonly string[]
}

export interface CarriedFile {
  readonly path: string
  /** Text is given as lines, without their line feeds; other content as base64. */
  readonly lines?: readonly string[]
  readonly base64?: readonly string[]
}

/** A file that the folder shows in the form of the other package type. */
export interface CarriedTwin extends CarriedFile {
  /** Says which content of the folder's file it stands in for: when that was edited, the edit holds for both package types. */
  readonly insteadOf?: string
}

/** A folder of both package types. */
export interface CarriedBoth {
  readonly unmanaged: CarriedSide
  readonly managed: CarriedSide
}

/** How the tree of one package type differs from what the folder of both shows of it. */
export interface CarriedSide {
  /** Files of the folder that are not of this package type. */
  readonly without?: readonly string[]
  /** Files that this package type has otherwise than the folder. */
  readonly files?: readonly CarriedTwin[]
  /** Its own notes of the kind above. */
  readonly xml?: CarriedXml
}

export const carriedPath = '.drover/carried.json'
