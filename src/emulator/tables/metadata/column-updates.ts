import { ODataError } from '../../errors.ts'
import { notSupported } from '../../odata/refuse.ts'
import { editComponent } from '../component-writes.ts'
import type { WriteContext } from '../table.ts'
import type { Json } from './json.ts'
import { labelText, memberOf, numberOf, requiredLevel, textOf } from './json.ts'

/** `PUT EntityDefinitions(…)/Attributes(…)`: what of a column may change; it waits for publishing (facts-2 §5). */
export async function updateColumn(ctx: WriteContext, id: string, body: Json): Promise<void> {
  await ctx.jobs.withLock(ctx.env.name, 'EntityCustomization', () =>
    ctx.env.write((tx) => {
      const row = tx.get('attribute', id)
      if (row === undefined) throw notSupported('changing a column of the platform')
      const name = textOf(body, 'LogicalName')?.toLowerCase()
      if (name !== undefined && name !== row['logicalname'])
        throw new ODataError(400, '0x80040203', 'The logical name of a column cannot change.')
      editComponent(tx, ctx, { table: 'attribute', id, changes: changesIn(body) })
    }),
  )
}

function changesIn(body: Json): Record<string, unknown> {
  const changes: Record<string, unknown> = {
    displayname: labelText(memberOf(body, 'DisplayName')),
    description: labelText(memberOf(body, 'Description')),
    requiredlevel: memberOf(body, 'RequiredLevel') === undefined ? undefined : requiredLevel(memberOf(body, 'RequiredLevel')),
    maxlength: numberOf(body, 'MaxLength'),
    minvalue: numberOf(body, 'MinValue'),
    maxvalue: numberOf(body, 'MaxValue'),
    accuracy: numberOf(body, 'Precision'),
    autonumberformat: textOf(body, 'AutoNumberFormat'),
  }
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
}
