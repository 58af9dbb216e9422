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
  /** Path in the zip. */
  readonly path: string
  /** Text is given as lines, without their line feeds; other content as base64. */
  readonly lines?: readonly string[]
  readonly base64?: readonly string[]
}

/** Worked out with both package types in one folder. */
export interface CarriedBoth {
  readonly unmanaged: CarriedSide
  readonly managed: CarriedSide
}

/** How the tree of one package type differs from what the folder of both shows of it. */
export interface CarriedSide {
  /** Files of the folder that are not of this package type. */
  readonly without?: readonly string[]
  /** Files that this package type has otherwise than the folder. */
  readonly files?: readonly CarriedFile[]
  /** Its own notes of the kind above. */
  readonly xml?: CarriedXml
}

export const carriedPath = '.drover/carried.json'
