import '../../../web/styles.css';
import { createApp } from 'vue';
import WorkspacesPage from './WorkspacesPage.vue';

createApp(WorkspacesPage).mount('#app');
