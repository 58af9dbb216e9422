import { z } from 'zod'
import type { ObservedAuditing } from '#domain/environment'
import { DroverError } from '#domain/kernel'
import type { DataverseClient } from '../client.ts'

const element = 'IsLockdownOfUnmanagedCustomizationEnabled'
const row = z.object({
  '@odata.etag': z.string().optional(),
  organizationid: z.string(),
  orgdborgsettings: z.string().nullish(),
  isauditenabled: z.boolean().nullish(),
  auditretentionperiodv2: z.number().nullish(),
})

/** What the row of the organization says of how the environment may be changed, and whether that is written down. */
export interface OrganizationSettings {
  /** Off unless the setting says otherwise, which is how environments begin (facts-2 §6.4). */
  readonly blocksUnmanaged: boolean
  readonly auditing: ObservedAuditing | undefined
}

export async function fetchUnmanagedBlock(client: DataverseClient): Promise<boolean | undefined> {
  return (await fetchOrganizationSettings(client))?.blocksUnmanaged
}

/** Undefined where it may not be read. */
export async function fetchOrganizationSettings(client: DataverseClient): Promise<OrganizationSettings | undefined> {
  try {
    const { settings, auditing } = await fetchSettings(client)
    return { blocksUnmanaged: readBlock(settings), auditing }
  } catch (error) {
    if (error instanceof DroverError && error.code === 'dataverse.forbidden') return undefined
    throw error
  }
}

/**
 * Writes the setting by way of the column that holds all settings of the organization, as public tools do. Microsoft warns against writing
 * that column directly and has no documented call in its place (facts-2 §6.4): so it is read right before, only this element changes, the
 * write holds for exactly the version that was read, and it is read back.
 */
export async function setUnmanagedBlock(client: DataverseClient, isOn: boolean): Promise<void> {
  const { id, etag, settings } = await fetchSettings(client)
  if (readBlock(settings) === isOn) return
  await client.send({
    operation: 'UpdateRow',
    path: `organizations(${id})`,
    body: { orgdborgsettings: withBlock(client, settings, isOn) },
    ...(etag === undefined ? {} : { etag }),
  })
  const after = await fetchSettings(client)
  if (readBlock(after.settings) === isOn) return
  throw new DroverError(
    'customization.block-not-set',
    `${client.environment.name} took the change of its settings, and unmanaged changes are still ${isOn ? 'allowed' : 'blocked'} there.`,
    {
      hint: 'A rule of an environment group may decide it: look in the Power Platform admin center. In the default environment it cannot be switched on.',
    },
  )
}

interface FetchedSettings {
  readonly id: string
  readonly etag: string | undefined
  readonly settings: string
  readonly auditing: ObservedAuditing | undefined
}

async function fetchSettings(client: DataverseClient): Promise<FetchedSettings> {
  const columns = 'organizationid,orgdborgsettings,isauditenabled,auditretentionperiodv2'
  const [organization] = await client.list('ReadRows', `organizations?$select=${columns}`, row)
  if (organization === undefined) {
    throw new DroverError('dataverse.forbidden', `${client.environment.name} shows Drover's identity no settings of the organization.`, {
      hint: 'Give the application user a security role that may read the table organization, for example System Administrator.',
    })
  }
  return {
    id: organization.organizationid,
    etag: organization['@odata.etag'],
    settings: organization.orgdborgsettings ?? '',
    auditing: readAuditing(organization),
  }
}

/** A retention of -1 is for ever [Microsoft Learn, "Configure auditing"]. */
function readAuditing({ isauditenabled: isOn, auditretentionperiodv2: days }: z.infer<typeof row>): ObservedAuditing | undefined {
  if (isOn === undefined || isOn === null) return undefined
  return { isOn, keptDays: days === -1 ? 'forever' : (days ?? undefined) }
}

function readBlock(settings: string): boolean {
  return new RegExp(`<${element}>\\s*true\\s*</${element}>`, 'i').test(settings)
}

/** The same text with this one element set; never a byte of another setting. */
function withBlock(client: DataverseClient, settings: string, isOn: boolean): string {
  const wanted = `<${element}>${String(isOn)}</${element}>`
  const present = new RegExp(`<${element}\\s*/>|<${element}>[^<]*</${element}>`)
  if (present.test(settings)) return settings.replace(present, wanted)
  if (settings.trim() === '' || /^\s*<OrgSettings\s*\/>\s*$/.test(settings)) return `<OrgSettings>${wanted}</OrgSettings>`
  if (settings.includes('</OrgSettings>')) return settings.replace('</OrgSettings>', `${wanted}</OrgSettings>`)
  throw new DroverError(
    'dataverse.unexpected',
    `The settings of the organization of ${client.environment.name} are no list of settings that Drover can read. Nothing was changed.`,
    { hint: 'Switch the block in the Power Platform admin center (environment → Settings → Features).' },
  )
}
