import { isPlainColumnType } from '../kinds/metadata-kinds.ts'
import { notSupported } from '../odata/refuse.ts'
import { createComponent } from './component-writes.ts'
import { missing } from './solution-writes.ts'
import type { WriteContext } from './table.ts'

/** `POST EntityDefinitions(…)/Attributes`: a new column from its metadata. Returns its MetadataId. */
export async function createAttribute(ctx: WriteContext, entity: string, body: Readonly<Record<string, unknown>>): Promise<string> {
  const odataType = String(body['@odata.type'] ?? '').replace(/^#?Microsoft\.Dynamics\.CRM\./, '')
  const type = odataType === '' ? String(body['AttributeType'] ?? '') : odataType.replace(/AttributeMetadata$/, '')
  if (type === '') throw missing('@odata.type')
  if (!isPlainColumnType(type)) throw notSupported(`creating a column of the type '${type}'`)
  const schemaName = body['SchemaName']
  if (typeof schemaName !== 'string') throw missing('SchemaName')
  const values = {
    entitylogicalname: entity,
    schemaname: schemaName,
    attributetype: type,
    displayname: labelText(body['DisplayName']) ?? schemaName,
    requiredlevel: requiredLevel(body['RequiredLevel']),
    ...(typeof body['MaxLength'] === 'number' ? { maxlength: body['MaxLength'] } : {}),
  }
  const id = typeof body['MetadataId'] === 'string' ? body['MetadataId'].toLowerCase() : ctx.guid()
  return ctx.jobs.withLock(ctx.env.name, 'EntityCustomization', () =>
    ctx.env.write((tx) => createComponent(tx, ctx, { kind: 'Attribute', values, id })),
  )
}

function labelText(label: unknown): string | undefined {
  const list = memberOf(label, 'LocalizedLabels')
  const text = Array.isArray(list) ? memberOf(list[0], 'Label') : undefined
  return typeof text === 'string' ? text : undefined
}

function requiredLevel(value: unknown): string {
  const level = memberOf(value, 'Value')
  switch (level) {
    case 'ApplicationRequired':
      return 'required'
    case 'Recommended':
      return 'recommended'
    default:
      return 'none'
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined
}
