import { childText } from '../xml/tree.ts'
import { filledAttribute, guidAttribute, guidChild } from './identity.ts'
import type { KindFormat } from './kind-format.ts'

export const role: KindFormat = {
  kind: 'Role',
  section: ['Roles'],
  elementName: 'Role',
  keyOf: (xml) => guidAttribute(xml, 'id'),
  nameOf: (xml) => filledAttribute(xml, 'name'),
}

export const fieldSecurityProfile: KindFormat = {
  kind: 'FieldSecurityProfile',
  section: ['FieldSecurityProfiles'],
  elementName: 'FieldSecurityProfile',
  keyOf: (xml) => guidAttribute(xml, 'fieldsecurityprofileid'),
  nameOf: (xml) => filledAttribute(xml, 'name'),
}

export const connectionRole: KindFormat = {
  kind: 'ConnectionRole',
  section: ['ConnectionRoles', 'ConnectionRoles'],
  elementName: 'ConnectionRole',
  keyOf: (xml) => guidChild(xml, 'connectionroleid'),
  nameOf: (xml) => childText(xml, 'name'),
}
