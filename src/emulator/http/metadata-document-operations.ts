import type { XmlElement } from '#format'
import { element } from '#format'
import type { Operation, OperationParameter } from '../operations/operation.ts'
import type { Table } from '../tables/table.ts'
import type { Properties } from './metadata-document-types.ts'
import { anyRow, openTypes, parameterTypes, responses, rowFunctions, voidOperations } from './metadata-document-types.ts'

/** A complex type with its properties. */
export function complexType(name: string, properties: Properties, isOpen = openTypes.has(name)): XmlElement {
  return element(
    'ComplexType',
    { Name: name, OpenType: isOpen ? 'true' : undefined },
    Object.entries(properties).map(([property, type]) =>
      element(type.includes(anyRow) ? 'NavigationProperty' : 'Property', { Name: property, Type: type }),
    ),
  )
}

/** Actions and functions with the types of what they answer. An answer whose members no source names has an open type. */
export function operationTypes(operations: readonly Operation[], served: readonly Table[]): XmlElement[] {
  const answering = operations.filter(({ name }) => !voidOperations.has(name) && !rowFunctions.has(name))
  return [
    ...answering.map(({ name }) => complexType(`${name}Response`, responses[name] ?? {}, responses[name] === undefined)),
    ...operations.map(operationType),
    ...served.filter(({ listUnpublished }) => listUnpublished !== undefined).map(unpublishedFunction),
  ]
}

export function operationImports(operations: readonly Operation[]): XmlElement[] {
  return operations.map(({ name, kind }) =>
    kind === 'action'
      ? element('ActionImport', { Name: name, Action: `mscrm.${name}` })
      : element('FunctionImport', { Name: name, Function: `mscrm.${name}` }),
  )
}

function operationType(operation: Operation): XmlElement {
  const parameters = Object.entries(operation.parameters).map(([name, parameter]) =>
    element('Parameter', { Name: name, Type: parameterType(name, parameter), Nullable: parameter.required ? 'false' : undefined }),
  )
  const answer = answerType(operation)
  return element(operation.kind === 'action' ? 'Action' : 'Function', { Name: operation.name }, [
    ...parameters,
    ...(answer === undefined ? [] : [element('ReturnType', { Type: answer, Nullable: 'false' })]),
  ])
}

function answerType({ name, kind }: Operation): string | undefined {
  if (rowFunctions.has(name)) return `Collection(${anyRow})`
  if (!voidOperations.has(name)) return `mscrm.${name}Response`
  // A function must name a type, and RemoveActiveCustomizations answers 204.
  return kind === 'function' ? anyRow : undefined
}

const plainTypes: Readonly<Record<OperationParameter['type'], string>> = {
  string: 'Edm.String',
  guid: 'Edm.Guid',
  boolean: 'Edm.Boolean',
  int: 'Edm.Int32',
  binary: 'Edm.Binary',
  collection: 'Collection(Edm.String)',
  complex: anyRow,
}

function parameterType(name: string, { type }: OperationParameter): string {
  return parameterTypes[name] ?? plainTypes[type]
}

function unpublishedFunction(table: Table): XmlElement {
  const rows = `Collection(mscrm.${table.logicalName})`
  return element('Function', { Name: 'RetrieveUnpublishedMultiple', IsBound: 'true' }, [
    element('Parameter', { Name: 'entityset', Type: rows, Nullable: 'false' }),
    element('ReturnType', { Type: rows, Nullable: 'false' }),
  ])
}
