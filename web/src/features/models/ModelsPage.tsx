import { ActionIcon, Button, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconBox, IconChevronDown, IconFolderPlus, IconPlus, IconUpload } from "@tabler/icons-react";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { modelsQuery } from "@/api/models";
import { topics } from "@/api/topics";
import { useEvents } from "@/api/useEvents";
import { HiddenWithout, Needs } from "@/ui/Needs";
import { Page } from "@/ui/Page";
import { SearchField } from "@/ui/SearchField";
import { EmptyState } from "@/ui/States";
import { DataTable } from "@/ui/table/DataTable";
import { useListTable } from "@/ui/table/useListTable";
import { CreateModel } from "./CreateModel";
import { FirstModel } from "./FirstModel";
import classes from "./Models.module.css";
import { MODEL_FIELDS, modelColumns } from "./modelColumns";
import { modelList } from "./search";
import { UploadModel } from "./UploadModel";

const route = getRouteApi("/p/$project/models");

export function ModelsPage() {
  const { project } = route.useParams();
  const search = route.useSearch();
  const { q } = search;
  const list = modelList(search);
  const navigate = useNavigate();
  useEvents(project, topics.models);

  const { table, field, isEmpty } = useListTable(modelsQuery(project, list), list);
  const columns = useMemo(() => modelColumns(project), [project]);
  return (
    <Page title="Model Repositories" context={project} actions={<NewModel project={project} />} fill>
      <DataTable
        id="models"
        label="Model Repositories"
        noun="model"
        columns={columns}
        rowId={(row) => row.name}
        {...table}
        exported={{ project, path: "models", query: list, fields: MODEL_FIELDS }}
        onOpen={(row) => navigate({ to: "/p/$project/models/$model", params: { project, model: row.name } })}
        toolbar={isEmpty ? null : <SearchField label="Filter models" {...field} />}
        empty={<Empty project={project} q={q} />}
        fill
      />
    </Page>
  );
}

function NewModel({ project }: { project: string }) {
  const [creating, { open, close }] = useDisclosure(false);
  const [uploading, { open: uploadOpen, close: uploadClose }] = useDisclosure(false);
  return (
    <>
      <Button.Group>
        <Needs permission="project:models:train">
          <Button
            leftSection={<IconPlus size={15} />}
            renderRoot={(props) => <Link to="/p/$project/models/new" params={{ project }} {...props} />}
          >
            New model
          </Button>
        </Needs>
        <HiddenWithout permission="project:models:write">
          <Menu>
            <Menu.Target>
              <ActionIcon
                variant="filled"
                color="petrol"
                size={30}
                className={classes.more}
                aria-label="More ways to make a model"
              >
                <IconChevronDown size={15} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconFolderPlus size={15} />} onClick={open}>
                New empty model
              </Menu.Item>
              <Menu.Item leftSection={<IconUpload size={15} />} onClick={uploadOpen}>
                New model from files
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </HiddenWithout>
      </Button.Group>
      <CreateModel project={project} opened={creating} onClose={close} />
      <UploadModel project={project} opened={uploading} onClose={uploadClose} />
    </>
  );
}

function Empty({ project, q }: { project: string; q?: string }) {
  if (q) return <EmptyState icon={IconBox} title={`No model's name contains “${q}”`} />;
  return <FirstModel project={project} />;
}
