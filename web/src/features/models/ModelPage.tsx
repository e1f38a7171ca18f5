import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconGitCompare, IconPlus, IconUpload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { modelQuery, useUpdateModel } from "@/api/models";
import { topics } from "@/api/topics";
import { useEvents } from "@/api/useEvents";
import { ModelLineage } from "@/features/lineage/ModelLineage";
import { InlineEdit } from "@/ui/InlineEdit";
import { MissingOrFailed } from "@/ui/MissingOrFailed";
import { Needs } from "@/ui/Needs";
import { Page } from "@/ui/Page";
import { EmptyState } from "@/ui/States";
import { current, TabBar } from "@/ui/TabBar";
import { UnknownTab } from "@/ui/UnknownTab";
import { UseFromCode } from "@/ui/UseFromCode";
import { modelExamples } from "./code";
import classes from "./ModelPage.module.css";
import { ModelSettings } from "./ModelSettings";
import { UploadModel } from "./UploadModel";
import { VersionsTable } from "./VersionsTable";

const route = getRouteApi("/p/$project/models/$model");

export function ModelPage() {
  const path = route.useParams();
  const { project, model } = path;
  const search = route.useSearch();
  const { tab } = search;
  const query = useQuery(modelQuery(project, model));
  const update = useUpdateModel(project, model);
  useEvents(project, topics.model(model));
  const [uploading, { open, close }] = useDisclosure(false);

  const crumbs = [
    {
      key: "models",
      link: (
        <Link to="/p/$project/models" params={{ project }}>
          Models
        </Link>
      ),
    },
  ];
  if (query.error && !query.data) {
    return (
      <Page title={model} context={project} crumbs={crumbs}>
        <MissingOrFailed query={query} missing={<Missing project={project} model={model} />} />
      </Page>
    );
  }

  const latest = query.data?.latest_version;
  const actions = (
    <>
      <UseFromCode name={model} examples={modelExamples(project, model, latest?.dataset?.name ?? null)} />
      {(query.data?.version_count ?? 0) > 1 && (
        <Button
          variant="default"
          leftSection={<IconGitCompare size={15} />}
          renderRoot={(props) => <Link to="/p/$project/models/$model/compare" params={path} {...props} />}
        >
          Compare
        </Button>
      )}
      <Needs permission="project:models:write">
        <Button variant="default" leftSection={<IconUpload size={15} />} onClick={open}>
          Upload
        </Button>
      </Needs>
      <UploadModel project={project} model={model} opened={uploading} onClose={close} />
      <Needs permission="project:models:train">
        <Button
          leftSection={<IconPlus size={15} />}
          renderRoot={(props) => (
            <Link to="/p/$project/models/$model/new" params={path} search={{ from: latest?.number }} {...props} />
          )}
        >
          {latest ? "New version from latest" : "New version"}
        </Button>
      </Needs>
    </>
  );
  const header = (
    <>
      <div className={classes.description}>
        {query.data && (
          <InlineEdit
            label="description of the model"
            permission="project:models:write"
            value={query.data.description}
            onSave={(description) => update.mutateAsync({ description })}
            multiline
          />
        )}
      </div>
      <TabBar label="Parts of the model">
        <Link from={route.id} to="." search={{ tab: undefined }} {...current(tab === undefined)}>
          Versions
        </Link>
        <Link from={route.id} to="." search={{ tab: "lineage" }} {...current(tab === "lineage")}>
          Lineage
        </Link>
        <Link from={route.id} to="." search={{ tab: "settings" }} {...current(tab === "settings")}>
          Settings
        </Link>
      </TabBar>
    </>
  );

  return (
    <Page title={model} context={project} crumbs={crumbs} actions={actions} header={header} fill={tab !== "settings"}>
      {tab === "settings" ? (
        query.data && <ModelSettings key={model} project={project} model={query.data} />
      ) : tab === "lineage" ? (
        <ModelLineage key={model} project={project} model={model} search={search} />
      ) : tab !== undefined ? (
        <UnknownTab name={tab} />
      ) : (
        <VersionsTable
          key={model}
          project={project}
          model={model}
          metric={query.data?.default_metric ?? null}
          registered={latest != null && latest.trainer === null}
        />
      )}
    </Page>
  );
}

function Missing({ project, model }: { project: string; model: string }) {
  return (
    <EmptyState
      title={`There is no model named ${model}`}
      action={
        <Button
          variant="default"
          renderRoot={(props) => <Link to="/p/$project/models" params={{ project }} {...props} />}
        >
          To the models
        </Button>
      }
    >
      It may have been deleted, or be in another project than {project}.
    </EmptyState>
  );
}
