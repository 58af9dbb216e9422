/** One thing that is known, or taken to be so, of the YAML layout; for the reference. */
export interface YamlLayoutFact {
  readonly subject: string
  readonly rule: string
  /**
   * documented: Microsoft's "Solution YAML source control format reference" of April 2026. seen: in that many public repositories.
   * inferred: from those, or from SolutionPackager's XML layout. unverified: no evidence was found; ours to choose.
   */
  readonly evidence: 'documented' | 'seen' | 'inferred' | 'unverified'
  readonly repositories?: number
}

/** What this room follows when it reads and writes the YAML layout, with what each rule rests on. */
export const yamlLayoutFacts: readonly YamlLayoutFact[] = [
  { subject: 'Detection', rule: 'solutions/<name>/solution.yml makes a folder a YAML one; several need a name.', evidence: 'documented' },
  {
    subject: 'Manifest',
    rule: 'solution.yml, solutioncomponents.yml, rootcomponents.yml and missingdependencies.yml under solutions/<name>/; publishers/<name>/publisher.yml, of which solution.yml has the UniqueName only.',
    evidence: 'documented',
  },
  {
    subject: 'Attributes',
    rule: "An XML attribute is a key '@name', an element a key, repeated elements a list.",
    evidence: 'seen',
    repositories: 3,
  },
  { subject: 'Text beside attributes', rule: "'#text'.", evidence: 'seen', repositories: 1 },
  {
    subject: 'CDATA and comments',
    rule: "'#cdata-section' and '#comment', as .NET's usual conversion of XML to JSON has them.",
    evidence: 'inferred',
  },
  {
    subject: '<a /> and <a></a>',
    rule: 'Nothing behind the key, and an empty text; {} is read as <a />.',
    evidence: 'seen',
    repositories: 3,
  },
  {
    subject: 'Scalars',
    rule: 'Read as they are written. Dataverse writes numbers and truth values plain, the documentation quotes them; written quoted, so that every parser reads text.',
    evidence: 'seen',
    repositories: 3,
  },
  {
    subject: 'xsi:nil',
    rule: "'@xmlns:xsi' stands beside every '@xsi:nil'; XML has it at the root alone.",
    evidence: 'seen',
    repositories: 2,
  },
  { subject: 'Line ends', rule: 'Line feeds and a final line end; CRLF is read too.', evidence: 'inferred' },
  {
    subject: 'solutioncomponents.yml',
    rule: "SolutionComponents / Component / '@path' (the documentation shows a flat list of Path, which no tree that was seen has); a leading slash is read, none is written.",
    evidence: 'seen',
    repositories: 3,
  },
  {
    subject: 'What an entry takes in',
    rule: 'Its file or all below its folder. Forms, views and charts need an entry below their table, apps and their site maps one of their very folder.',
    evidence: 'seen',
    repositories: 1,
  },
  {
    subject: 'Folders',
    rule: "SolutionPackager's folders in lower case, its .xml files as .yml; app modules as appmodules/<name>/appmodule.yml.",
    evidence: 'seen',
    repositories: 1,
  },
  {
    subject: 'Tables',
    rule: 'entities/<name>/Entity.yml without columns and without the emptied lists, attributes/<name>.yml, FormXml/<type>/, SavedQueries/. The root of a form file is systemform, or forms around it.',
    evidence: 'seen',
    repositories: 1,
  },
  { subject: 'Charts, ribbons of tables', rule: 'Visualizations/ and RibbonDiff.yml, as in the XML layout.', evidence: 'inferred' },
  { subject: 'Relationships', rule: 'entityrelationships/<name>.yml, one each.', evidence: 'seen', repositories: 1 },
  {
    subject: "Dataverse's own commits",
    rule: 'A folder for each component and a general file name: entity.yml, formxml/<type>/<id>/systemform.yml, savedqueries/<id>/savedquery.yml, ribbondiffs/ribbondiff.yml, entityrelationships/<name>/entityrelationship.yml, optionsets/<name>/optionset.yml, webresources/<id>/webresource.yml, canvasapps/<name>/canvasapp.yml. Read, not written.',
    evidence: 'seen',
    repositories: 3,
  },
  {
    subject: 'Canvas apps',
    rule: 'canvasapps/<name>.meta.yml beside its files. In the commits of Dataverse the .msapp is a folder without extension; it is zipped when the tree has no .msapp. That Power Apps opens such a file is unverified.',
    evidence: 'seen',
    repositories: 2,
  },
  { subject: 'Cloud flows', rule: 'modernflows/ holds them, workflows/ the classic ones.', evidence: 'documented' },
  { subject: 'Cloud flows, file names', rule: '<name>.json and <name>.json.data.yml, as in the XML layout.', evidence: 'unverified' },
  {
    subject: 'Environment variables',
    rule: 'Definitions stay XML; values are in environment_variable_values.json.',
    evidence: 'documented',
  },
  { subject: 'Other components that are files', rule: 'Custom APIs, bots, and so on: copied as they are.', evidence: 'unverified' },
  {
    subject: 'customizations.xml',
    rule: 'What is left of it when all is split out: other/Customizations.yml; made anew where a tree has none.',
    evidence: 'unverified',
  },
  {
    subject: 'Plug-in assemblies and steps',
    rule: 'A root component of type 91 or 92 without a file ends packing.',
    evidence: 'seen',
    repositories: 1,
  },
]
