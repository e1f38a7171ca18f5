import { Button, Modal } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCode } from "@tabler/icons-react";
import { type CodeExample, CodeExamples } from "./CodeExamples";

export function UseFromCode({ name, examples }: { name: string; examples: CodeExample[] }) {
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" leftSection={<IconCode size={15} />} onClick={open}>
        Use from code
      </Button>
      <Modal opened={opened} onClose={close} title={`Use ${name} from code`} size="lg">
        <CodeExamples examples={examples} />
      </Modal>
    </>
  );
}
