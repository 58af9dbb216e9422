import type { Operation } from './operation.ts'

/**
 * One setting of the organisation by its name (facts-2 §6.4). Empty text means both "not set" and "no such name": the service does not
 * tell them apart (observed by public tools, which read the reply's SettingValue).
 */
export const getOrgDbOrgSetting: Operation = {
  name: 'GetOrgDbOrgSetting',
  kind: 'action',
  parameters: { SettingName: { type: 'string', required: true } },
  async run(ctx, params) {
    const name = String(params.SettingName)
    const settings = ctx.env.read((tx) => String(tx.list('organization')[0]?.orgdborgsettings ?? ''))
    const found = [...settings.matchAll(/<([A-Za-z0-9_]+)>([^<]*)<\/\1>/g)].find(([, key]) => key?.toLowerCase() === name.toLowerCase())
    return { status: 200, typeName: 'GetOrgDbOrgSettingResponse', body: { SettingValue: found?.[2]?.trim() ?? '' } }
  },
}
