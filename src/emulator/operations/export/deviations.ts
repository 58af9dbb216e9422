/** How an export of the local environment differs from the service's at some place: it has more there, less, or something else. */
export type Difference = 'more' | 'less' | 'other'

/** A known way in which a managed export differs from what the service wrote. Whatever none of these names is equal. */
export interface ExportDeviation {
  readonly id: string
  /** What the service does. */
  readonly behaviour: string
  /** What of it is not here, and what is in its place. */
  readonly missing: string
  /**
   * Places: `solution.xml:` or `customizations.xml:` and element names from the root down, `@` before an attribute, `text()` for text;
   * a file's path for other entries.
   */
  readonly places: RegExp
  readonly difference: readonly Difference[]
  /** Values between which it differs, where only some do. */
  readonly from?: RegExp
  readonly to?: RegExp
  /** Only for pairs that are not two forms of one export: of two environments or days, or packed from folders by SolutionPackager. */
  readonly onlyBetween?: 'environments' | 'packers'
  /** Only where the unmanaged twin differs from the managed one just so: what happened between the two cannot be known. */
  readonly isBetweenTwins?: true
}

const label =
  /^customizations\.xml:ImportExportXml\/Entities\/Entity\/FormXml\/forms\/systemform\/form\/.*\/cell\/labels\/label\/@description$/

/** Found by comparing managed exports with public solutions of which both forms exist; each covers at least one place in them. */
export const exportDeviations: readonly ExportDeviation[] = [
  {
    id: 'platform-version',
    behaviour: 'The manifests name the version of the platform that exported, and since 9.2.25 its organisation',
    missing: 'other platforms: exports name that of the local environment, whose OrganizationSchemaType is always Standard',
    places:
      /^(solution|customizations)\.xml:ImportExportXml\/@(version|SolutionPackageVersion|generatedBy|OrganizationVersion|OrganizationSchemaType|CRMServerServiceabilityVersion)$/,
    difference: ['other', 'more'],
  },
  {
    id: 'sections-by-version',
    behaviour: 'Which empty sections customizations.xml lists depends on the platform version',
    missing: 'other versions: the sections of 9.2 are listed',
    places: /^customizations\.xml:ImportExportXml\/(CustomControls|EntityDataProviders)$/,
    difference: ['more'],
    from: /^<\w+><\/>$/,
  },
  {
    id: 'dependency-keys',
    behaviour: 'Exports before 9.2 number the ends of missing dependencies (`key`)',
    missing: 'the numbers, as in exports of 9.2',
    places: /^solution\.xml:ImportExportXml\/SolutionManifest\/MissingDependencies\/MissingDependency\/(Required|Dependent)\/@key$/,
    difference: ['less'],
  },
  {
    id: 'differences-of-forms',
    behaviour: 'A form or site map over one of another solution or the platform holds only what it changes (`solutionaction`)',
    missing: 'the differences: the whole form or site map is exported, for those of the platform are not here to compare with',
    places:
      /^customizations\.xml:ImportExportXml\/(Entities\/Entity\/FormXml\/forms\/systemform\/form|SiteMap|SiteMap\/SiteMap)\/@solutionaction$/,
    difference: ['other'],
  },
  {
    id: 'names-of-the-platform',
    behaviour: 'Form labels that repeat the name of a column of a platform table, or that of the rows which a list shows, are blank',
    missing: 'these blanks: definitions of platform tables are not here, and which lists are meant is not known',
    places: label,
    difference: ['other'],
    from: /./,
    to: /^$/,
  },
  {
    id: 'roots-without-behavior',
    behaviour: 'A root component of an old solution may have no behavior',
    missing: 'such roots: behavior 0 is written',
    places: /^solution\.xml:ImportExportXml\/SolutionManifest\/RootComponents\/RootComponent\/@behavior$/,
    difference: ['more'],
    from: /^0$/,
  },
  {
    id: 'languages',
    behaviour: 'Languages lists all that the environment has',
    missing: 'all but 1033',
    places: /^customizations\.xml:ImportExportXml\/Languages\/Language$/,
    difference: ['less'],
  },
  {
    id: 'labels-kept-elsewhere',
    behaviour: 'One environment kept labels that repeat their column’s name',
    missing: 'these labels: they are blank, as in all other exports; what made the difference is not known',
    places: label,
    difference: ['other'],
    from: /^$/,
    to: /./,
  },
  {
    id: 'cloud-identities',
    behaviour: 'A canvas app names flows by ids that they have in the cloud of one environment',
    missing: 'ids of another environment: those of the imported package stay',
    places: /^customizations\.xml:ImportExportXml\/CanvasApps\/CanvasApp\/ConnectionReferences\/text\(\)$/,
    difference: ['other'],
  },
  {
    id: 'other-environments',
    behaviour: 'Two packages of one version that different platform versions exported differ in what their environments had',
    missing: 'what the imported package did not have',
    places: /^(solution|customizations)\.xml:|^Connector\//,
    difference: ['more', 'less', 'other'],
    onlyBetween: 'environments',
    isBetweenTwins: true,
  },
  {
    id: 'packed-by-tools',
    behaviour:
      'A package that SolutionPackager made of a folder keeps comments, a single address and empty sections, and lists content types its own way',
    missing: 'such packages: exports are as the service writes them',
    places:
      /^\[Content_Types\]\.xml$|^solution\.xml:ImportExportXml\/SolutionManifest\/(Publisher\/Addresses\/Address|(.*\/)?text\(\))$|^customizations\.xml:ImportExportXml\/SolutionPluginAssemblies$/,
    difference: ['more', 'less', 'other'],
    onlyBetween: 'packers',
  },
  {
    id: 'changed-between-packings',
    behaviour: 'Two packages of one version that were packed from folders differ in what the folders had',
    missing: 'what the imported package did not have',
    places: /^customizations\.xml:|^Controls\//,
    difference: ['more', 'less', 'other'],
    onlyBetween: 'packers',
    isBetweenTwins: true,
  },
]
