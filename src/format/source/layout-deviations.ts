/** Where unpacking or packing does otherwise than SolutionPackager (9.1.1.159), and why. */
export interface LayoutDeviation {
  readonly what: string
  readonly solutionPackager: string
  readonly drover: string
  readonly reason: string
}

export const layoutDeviations: readonly LayoutDeviation[] = [
  {
    what: 'What the layout has no place for: a workflow that is only mentioned, a second component of the same path, lists of forms that are more than lists',
    solutionPackager: 'Drops the workflow without a word; the other cases are unverified.',
    drover: 'Carries it in .drover/carried.json, which is only written when there is something to carry, and packs it from there.',
    reason: 'Source control that loses a part of the solution is not source control.',
  },
  {
    what: 'Both package types in one folder',
    solutionPackager:
      'The managed copy of a shared file wins; the unmanaged one is lost, and packing unmanaged gives something else than was unpacked.',
    drover:
      'Writes the same files, and carries what they hide of each package type under `both` in .drover/carried.json. A shared file that was edited since goes into both, with a warning.',
    reason: 'Packing either type gives back its own zip.',
  },
  {
    what: 'Identity of plug-in assemblies',
    solutionPackager: 'Reads it from the DLL on packing, and rewrites FullName, the RootComponent, the plug-in types and the steps.',
    drover: 'Keeps what is written.',
    reason: "What is packed is what was reviewed; a build that changes an assembly's identity has to say so in the source.",
  },
  {
    what: 'A missing file, an ill-formed part',
    solutionPackager: 'Names neither the file that asks nor, for XML, the file that is broken; stops at the first.',
    drover: 'Names file, line and column, and all missing files at once.',
    reason: 'The message is read in a build log, far from the folder.',
  },
  {
    what: 'Image configurations (component types 431 and 432), and other types that it does not look for',
    solutionPackager: 'Warns of types 431 and 432 in every solution that lists them.',
    drover: "Warns of 431 and 432, too; types outside of SolutionPackager's own kinds are not looked for.",
    reason: 'They live in sections and folders that are copied whole.',
  },
  {
    what: 'Text between the components of a section',
    solutionPackager: 'Unverified.',
    drover: 'Refuses the solution with the section named.',
    reason: 'A list of files has no place for it, and no real solution has it.',
  },
  {
    what: 'Comments before or after the root element of a manifest',
    solutionPackager: 'Unverified.',
    drover: "Drops them, and the XML declaration of the zip's own files: both are written anew.",
    reason: 'They are no part of the solution; comments inside of the root are kept.',
  },
  {
    what: 'Deleting files of an earlier unpack',
    solutionPackager: 'Asks, or follows /allowDelete.',
    drover: 'Replaces the folder as a whole, when it is asked to.',
    reason: 'An interrupted unpack leaves the old folder as it was.',
  },
  {
    what: 'Templates',
    solutionPackager:
      'Writes a file for each kind of template, and the texts of each template by language and id (documented; seen in a public repository).',
    drover: 'Keeps them in Other/Customizations.xml, and refuses to pack a folder that has them in files.',
    reason: 'How the texts are put back is unverified: a zip without them would delete the templates.',
  },
  {
    what: '/localize and /sourceLoc',
    solutionPackager: 'Write label texts into .resx files.',
    drover: 'Not supported.',
    reason: 'Labels stay in the files of their components.',
  },
]
