import { Title2 } from '@fluentui/react-components'
import { Link } from '@tanstack/react-router'

export function NotFoundPage() {
  return (
    <>
      <Title2 as="h1">There is no such page</Title2>
      <p>
        <Link to="/">Go to the board</Link>
      </p>
    </>
  )
}
