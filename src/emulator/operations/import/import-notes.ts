import { packagedLanguages } from '#format'
import { compareVersions, parseVersion } from '#domain/kernel'
import type { ComponentNote } from '../../jobs/jobs.ts'
import { currentDigest, readComponent } from '../../layers/component-state.ts'
import type { ReadTransaction } from '../../store/store.ts'
import { platformVersion } from '../../templates/platform-version.ts'
import type { SolutionFile } from './solution-file.ts'

/** What the service warns of and imports all the same, judged before anything changes. */
export function importWarnings(tx: ReadTransaction, file: SolutionFile): readonly ComponentNote[] {
  return [...newerPlatform(file), ...otherLanguages(tx, file), ...overwrittenSiteMap(tx, file)]
}

/** A file of a newer platform is a warning only (facts-2 §1.1: text of the service; its code is not known). */
export function newerPlatform({ model }: SolutionFile): readonly ComponentNote[] {
  const [made, here] = [parseVersion(model.manifest.platformVersion ?? ''), parseVersion(platformVersion)]
  if (!made.ok || !here.ok || compareVersions(made.value, here.value) <= 0) return []
  return [
    {
      component: undefined,
      result: 'warning',
      code: '0',
      message: `This solution was exported from an environment with a more recent version [${made.value}] of Dataverse than the current environment, which has version [${here.value}]. This can cause issues with missing dependencies.`,
    },
  ]
}

// ImportLanguagesIgnoredError: text of the error reference.
function otherLanguages(tx: ReadTransaction, { package: pkg }: SolutionFile): ComponentNote[] {
  const enabled = new Set(tx.list('organization').map((row) => row.languagecode))
  const ignored = packagedLanguages(pkg.skeleton).filter((code) => !enabled.has(code))
  return ignored.map((code) => ({
    component: `Language:${code}`,
    result: 'warning',
    code: '0x80048026',
    message: `Translated labels for the following languages could not be imported because they have not been enabled for this organization: ${code}`,
  }))
}

// ImportSolutionSiteMapWarning: the one site map of the classic application is replaced by an unmanaged import.
function overwrittenSiteMap(tx: ReadTransaction, { model, package: pkg }: SolutionFile): ComponentNote[] {
  const id = 'SiteMap:default'
  const own = pkg.parts.some((part) => `${part.kind}:${part.key}` === id)
  const state = readComponent(tx, id)
  if (model.manifest.isManaged || !own || state === undefined || currentDigest(state) === undefined) return []
  return [{ component: id, result: 'warning', code: '0x80048043', message: 'SiteMap was overwritten.' }]
}
