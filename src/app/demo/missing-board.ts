import { toConfigurationFile } from '#contract'
import type { Configuration } from '#domain/pipeline'
import { writeZip } from '#format'
import { localConfiguration, personId, productionStage, strictPipeline, testStage } from '../local-configuration.ts'
import { approveAll } from './approve.ts'
import { governed } from './governed.ts'
import { importIntoDev } from './prepare-environments.ts'
import type { Rehearsal } from './rehearsal.ts'
import { granted, tellRefusal } from './rehearsal.ts'
import { prepareRelease, promote, tellGates } from './walk.ts'

const name = 'ContosoNotice'

/** A second, tiny solution at Tier 4: everybody signs but the change advisory board, and Production stays closed. */
export async function showMissingBoard(run: Rehearsal): Promise<void> {
  await importIntoDev(run, await buildNotice())
  const pat = await run.as('pat')
  granted(await pat.applyConfiguration({ configuration: toConfigurationFile(withNotice(run)) }))
  const quiet: Rehearsal = { ...run, say: () => undefined }
  const release = await prepareRelease(quiet, name)
  await promote(quiet, { releaseId: release.id, stageId: testStage }, async () => undefined)
  const ada = await run.as('ada')
  const asked = granted(await ada.requestPromotion({ releaseId: release.id, stageId: productionStage }))
  await approveAll(quiet, asked, ['cab'])
  const { promotionId } = asked.promotion.request
  tellRefusal(
    run,
    { title: `${name} is to be started without the board`, code: 'promotion.gates-not-open' },
    await ada.resumePromotion({ promotionId, reason: 'the board meets only next week' }),
  )
  tellGates(
    run,
    granted(await ada.loadPromotion({ promotionId })).gates.filter((gate) => gate.state !== 'open'),
  )
  granted(await ada.withdrawPromotion({ promotionId }))
}

function withNotice(run: Rehearsal): Configuration {
  const monitoring = { url: 'https://monitor.example/rehearsal', contact: 'ada' }
  const notice = {
    uniqueName: name,
    owner: personId('ada'),
    tier: 4,
    pipeline: strictPipeline,
    versioning: 'keep',
    monitoring,
    settings: {},
  } as const
  return localConfiguration({ platformUrl: run.drover.platformUrl, solutions: [governed(run.material, run.tier), notice] })
}

async function buildNotice(): Promise<Uint8Array> {
  const id = '5f0c1c52-6a8e-4f0e-9b38-3b1f6b8f7a10'
  const files = {
    'solution.xml': `<ImportExportXml version="9.2.25084.176" SolutionPackageVersion="9.2" languagecode="1033" generatedBy="CrmLive" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><SolutionManifest><UniqueName>${name}</UniqueName><LocalizedNames><LocalizedName description="Contoso Notice" languagecode="1033" /></LocalizedNames><Descriptions /><Version>1.0.0.0</Version><Managed>0</Managed><Publisher><UniqueName>contoso</UniqueName><LocalizedNames><LocalizedName description="Contoso" languagecode="1033" /></LocalizedNames><Descriptions /><EMailAddress xsi:nil="true"></EMailAddress><SupportingWebsiteUrl xsi:nil="true"></SupportingWebsiteUrl><CustomizationPrefix>contoso</CustomizationPrefix><CustomizationOptionValuePrefix>10000</CustomizationOptionValuePrefix><Addresses /></Publisher><RootComponents><RootComponent type="61" schemaName="contoso_/notice.html" behavior="0" /></RootComponents><MissingDependencies /></SolutionManifest></ImportExportXml>`,
    'customizations.xml': `<ImportExportXml xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Entities /><Roles /><Workflows /><FieldSecurityProfiles /><Templates /><EntityMaps /><EntityRelationships /><OrganizationSettings /><optionsets /><WebResources><WebResource><WebResourceId>{${id}}</WebResourceId><Name>contoso_/notice.html</Name><DisplayName>Notice</DisplayName><WebResourceType>1</WebResourceType><IntroducedVersion>1.0.0.0</IntroducedVersion><IsEnabledForMobileClient>0</IsEnabledForMobileClient><IsAvailableForMobileOffline>0</IsAvailableForMobileOffline><IsCustomizable>1</IsCustomizable><CanBeDeleted>1</CanBeDeleted><IsHidden>0</IsHidden><FileName>/WebResources/contoso_noticehtml${id.toUpperCase()}</FileName></WebResource></WebResources><CustomControls /><EntityDataProviders /><Languages><Language>1033</Language></Languages></ImportExportXml>`,
    '[Content_Types].xml': `\uFEFF<?xml version="1.0" encoding="utf-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/octet-stream" /><Override PartName="/WebResources/contoso_noticehtml${id.toUpperCase()}" ContentType="application/octet-stream" /></Types>`,
    [`WebResources/contoso_noticehtml${id.toUpperCase()}`]:
      '<!DOCTYPE html><html lang="en"><title>Notice</title><p>The inspection app is closed for maintenance on Sunday.</p></html>\n',
  }
  return writeZip(Object.entries(files).map(([path, text]) => ({ path, bytes: new TextEncoder().encode(text) })))
}
