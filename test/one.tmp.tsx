import { render, Text } from 'ink'
render(<Text>hello</Text>, { interactive: true })
setTimeout(() => process.exit(), 300)
