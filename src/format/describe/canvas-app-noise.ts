/** What differs between two saves of one canvas app and is nothing of the app. */
export interface CanvasNoise {
  /** `file`: a whole file of the app. `key`: a property of that name in files that `within` fits; with `value`, only where it has this value. */
  readonly what: 'file' | 'key'
  readonly name: string
  readonly within?: RegExp
  readonly value?: unknown
  /** Also deeper in the file, not only as a property of the file or control itself. */
  readonly isNested?: true
  readonly reason: string
  readonly evidence: string
}

const control = /^(?:controls|components)\//i
const controlOrTemplate = /^(?:controls\/|components\/|references\/templates\.json$)/i

export const canvasNoise: readonly CanvasNoise[] = [
  {
    what: 'file',
    name: 'checksum.json',
    reason: 'Checksums of the other files.',
    evidence: 'Microsoft’s own tool leaves it out when it compares apps (PowerApps-Tooling, ChecksumMaker).',
  },
  {
    what: 'file',
    name: 'appcheckerresult.sarif',
    reason: 'What the app checker found when the app was saved; it follows from the app.',
    evidence: 'Observed: its lines come in another order with each save. The .gitignore that Studio puts into apps leaves it out.',
  },
  ...['LastSavedDateTimeUTC', 'DocVersion', 'MinVersionToLoad', 'MSAppStructureVersion'].map(
    (name): CanvasNoise => ({
      what: 'key',
      name,
      within: /^header\.json$/i,
      reason: 'When, and by which Studio, the app was saved.',
      evidence: 'Observed: written anew with each save. The .gitignore that Studio puts into apps leaves the file out.',
    }),
  ),
  ...['AnalysisLoadTime', 'DeserializationLoadTime'].map(
    (name): CanvasNoise => ({
      what: 'key',
      name,
      within: /^properties\.json$/i,
      reason: 'How many seconds Studio took to load the app.',
      evidence: 'Observed: another number with each save.',
    }),
  ),
  {
    what: 'key',
    name: 'ControlCount',
    within: /^properties\.json$/i,
    reason: 'Counts the controls, which are compared themselves.',
    evidence: 'Observed: follows from the controls.',
  },
  ...['PublishOrderIndex', 'ControlUniqueId'].map(
    (name): CanvasNoise => ({
      what: 'key',
      name,
      within: control,
      isNested: true,
      reason: 'A running number of the control in the file; names identify controls, and order is compared as such.',
      evidence: 'Observed: a new control on one screen renumbers controls of others, also in the copies of components that instances hold.',
    }),
  ),
  ...['Index'].map(
    (name): CanvasNoise => ({
      what: 'key',
      name,
      within: control,
      reason: 'A running number of the control in the file; names identify controls, and order is compared as such.',
      evidence: 'Observed: a new control on one screen renumbers controls of others.',
    }),
  ),
  {
    what: 'key',
    name: 'OptimizeForDevices',
    within: controlOrTemplate,
    isNested: true,
    value: 'Off',
    reason: 'Off is what older Studios meant by not writing it.',
    evidence: 'Observed: absent from every control that a Studio before 1.342 saved, and Off on every one after.',
  },
  {
    what: 'key',
    name: 'AppPreviewFlagsMap',
    within: /^properties\.json$/i,
    value: false,
    reason: 'A feature that is off says the same as one that the Studio does not know; one that is switched on or off is told.',
    evidence: 'Observed: each Studio writes all features that it knows, off ones too. That an absent one is off is not documented.',
  },
  {
    what: 'key',
    name: 'LastModifiedTimestamp',
    within: controlOrTemplate,
    isNested: true,
    reason: 'When the definition of a component was last saved.',
    evidence: 'Observed: changes with each save of the app.',
  },
  {
    what: 'key',
    name: 'Type (JSON)/Version',
    within: controlOrTemplate,
    isNested: true,
    reason: 'By which Studio the type of a custom property was written; the type itself is compared.',
    evidence: 'Observed: equals the DocVersion of the app.',
  },
]

/**
 * What only the editor reads. It is no noise, since it may be all that someone changed, but of no interest one by one: all of it in an app is one fact.
 * PowerApps-Tooling keeps the same apart from the app’s sources, as editor state.
 */
export const editorKeys: readonly string[] = [
  'ControlPropertyState',
  'RuleProviderType',
  'Category',
  'IsLocked',
  'PersistMetaDataIDKey',
  'IsFromScreenLayout',
]

export function isNoiseFile(path: string): boolean {
  return canvasNoise.some((noise) => noise.what === 'file' && noise.name === path.toLowerCase())
}

/** True for a leaf of a file, or of a control in it, that is noise: for what it is called or because of its value. */
export function isNoiseLeaf(file: string, path: readonly string[], value?: unknown): boolean {
  return canvasNoise.some(({ what, name, within, isNested, value: noisy }) => {
    if (what !== 'key' || within?.test(file) !== true || (noisy !== undefined && noisy !== value)) return false
    return isNested === true ? path.join('/') === name || path.join('/').endsWith(`/${name}`) : path[0] === name
  })
}
